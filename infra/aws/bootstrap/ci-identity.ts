import type { Problem } from '@ml-platform/conventions';
import { type AzureIdentity, azureIdentity } from './azure-subjects.ts';
import type { CiIdentity } from './ci-trust.ts';
import { githubIdentity, type RepositoryIdentity, subjectProblems } from './github-subjects.ts';

export interface CiSettings extends Omit<RepositoryIdentity, 'repository'> {
  readonly repository?: string | undefined;
  readonly azureDevOps?: AzureIdentity | undefined;
  readonly environments: readonly string[];
}

/** `settings` have one of the two: `ciProblems`. */
export function ciIdentity({ repository = '', azureDevOps, ...more }: CiSettings): CiIdentity {
  return azureDevOps ? azureIdentity(azureDevOps) : githubIdentity({ repository, ...more });
}

/** Whether it is one CI system that deploys, and all is there that it takes. */
export function ciProblems({ repository, azureDevOps, ...more }: CiSettings): Problem[] {
  if (repository !== undefined && azureDevOps !== undefined)
    return [{ key: 'azureDevOps', value: azureDevOps, expected: 'repository or azureDevOps, not both' }];
  if (azureDevOps !== undefined) return keyProblems(azureDevOps, more.environments);
  if (repository !== undefined) return subjectProblems({ repository, ...more });
  const expected =
    'whose jobs may deploy: repository, ORGANIZATION/NAME on GitHub, or azureDevOps: { organization, organizationId, project }';
  return [{ key: 'repository', expected }];
}

/** The key that signs is made where dev is, and named elsewhere. */
function keyProblems({ signingKey, verifierAccounts }: AzureIdentity, environments: readonly string[]): Problem[] {
  const isHere = environments.includes('dev');
  const inDev = 'nothing: the key is made where dev is';
  return [
    ...(isHere && signingKey !== undefined
      ? [{ key: 'azureDevOps.signingKey', value: signingKey, expected: `${inDev}, which is here` }]
      : []),
    ...(!isHere && signingKey === undefined
      ? [{ key: 'azureDevOps.signingKey', expected: 'the ARN that the bootstrap of dev printed as signingKey' }]
      : []),
    ...(!isHere && verifierAccounts !== undefined
      ? [{ key: 'azureDevOps.verifierAccounts', value: verifierAccounts, expected: `${inDev}; say it there` }]
      : []),
  ];
}
