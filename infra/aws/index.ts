import { tagsOf } from '@ml-platform/conventions';
import * as aws from '@pulumi/aws/provider.js';
import { Keys } from './components/keys/keys.ts';
import { contextOf, readSettings } from './config/settings.ts';

/** All that a stack has; what its file switches off isn't there. */
export default async function stack() {
  const settings = readSettings();
  const context = contextOf(settings);
  const { named, account, region } = context;
  const provider = new aws.Provider(named('aws'), {
    region: region as aws.ProviderArgs['region'] & string,
    allowedAccountIds: [account],
    defaultTags: { tags: tagsOf(settings) },
  });
  const options = { providers: [provider] };

  const keys = new Keys(named('keys'), { ...settings.keys, context }, options);

  return { keys: keys.arns };
}
