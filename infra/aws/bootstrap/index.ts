import { tagsOf } from '@ml-platform/conventions';
import * as aws from '@pulumi/aws/provider.js';
import { AccountSettings } from './account-settings.ts';
import { ciIdentity } from './ci-identity.ts';
import { CiRoles } from './ci-roles.ts';
import { readBootstrap } from './settings.ts';
import { SigningKey } from './signing-key.ts';
import { StateBackend } from './state-backend.ts';
import { Trail } from './trail.ts';

/** What an account needs once. It is run by an administrator, with its state in a local folder at first: docs/aws.md. */
export default async function bootstrap() {
  const settings = readBootstrap();
  const { project, account, region, environments, azureDevOps } = settings;
  const provider = new aws.Provider('aws', {
    region: region as aws.ProviderArgs['region'] & string,
    allowedAccountIds: [account],
    defaultTags: { tags: tagsOf(settings) },
  });
  const options = { providers: [provider] };
  const place = { project, account, region };

  const state = new StateBackend(`${project}-state`, { ...place, environments }, options);
  const { bucketArn: stateBucketArn, bucketKeyArn: stateBucketKeyArn, keyArns } = state;
  const signing =
    azureDevOps && environments.includes('dev')
      ? new SigningKey(`${project}-signing`, { account, verifiers: azureDevOps.verifierAccounts ?? [] }, options)
      : undefined;
  const identity = ciIdentity(settings);
  const signingKeyArn = signing?.arn ?? azureDevOps?.signingKey;
  const roles = new CiRoles(
    `${project}-${identity.system}`,
    { ...place, identity, places: settings, environments, stateBucketArn, stateBucketKeyArn, keyArns, signingKeyArn },
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
    deployers: roles.deployers,
    reader: roles.reader,
    permissionsBoundaries: roles.boundaries,
    ...(signing && { signingKey: signing.arn }),
  };
}
