import { tagsOf } from '@ml-platform/conventions';
import * as aws from '@pulumi/aws/provider.js';
import { AccountSettings } from './account-settings.ts';
import { GithubRoles } from './github-roles.ts';
import { readBootstrap } from './settings.ts';
import { StateBackend } from './state-backend.ts';
import { Trail } from './trail.ts';

/** What an account needs once. It is run by an administrator, with its state in a local folder at first: docs/aws.md. */
export default async function bootstrap() {
  const settings = readBootstrap();
  const { project, account, region, environments } = settings;
  const provider = new aws.Provider('aws', {
    region: region as aws.ProviderArgs['region'] & string,
    allowedAccountIds: [account],
    defaultTags: { tags: tagsOf(settings) },
  });
  const options = { providers: [provider] };
  const place = { project, account, region };

  const state = new StateBackend(`${project}-state`, { ...place, environments }, options);
  const { bucketArn: stateBucketArn, bucketKeyArn: stateBucketKeyArn, keyArns } = state;
  const github = new GithubRoles(
    `${project}-github`,
    { ...place, identity: settings, places: settings, environments, stateBucketArn, stateBucketKeyArn, keyArns },
    options,
  );
  const { alertEmail, monthlyLimit = '3000', anomalyMonitor = true, costTags = false, trail = true } = settings;
  new AccountSettings(
    `${project}-account`,
    { project, account, alertEmail, monthlyLimit, anomalyMonitor, costTags },
    options,
  );
  if (trail) new Trail(`${project}-trail`, place, options);

  return {
    backend: state.url,
    deployers: github.deployers,
    reader: github.reader,
    permissionsBoundaries: github.boundaries,
  };
}
