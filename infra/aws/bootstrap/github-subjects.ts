import type { Problem } from '@ml-platform/conventions';
import type { Statement } from '../components/access/statements.ts';

export const ISSUER = 'token.actions.githubusercontent.com';

export interface RepositoryIdentity {
  /** `ORGANIZATION/NAME`. */
  readonly repository: string;
  readonly ownerId?: string | undefined;
  readonly repositoryId?: string | undefined;
  /** By which of its forms a subject is trusted; `ids` unless given. */
  readonly subjects?: 'ids' | 'names' | 'both' | undefined;
}

/**
 * What GitHub says of a job in its token, in each form that is trusted: by names alone, or with the ids of owner and
 * repository, which nobody else ever gets.
 * https://docs.github.com/actions/reference/security/oidc
 */
export function subjectsOf(identity: RepositoryIdentity, job: string): string[] {
  const { repository, ownerId, repositoryId, subjects = 'ids' } = identity;
  const [owner, name] = repository.split('/');
  return [
    ...(subjects === 'names' ? [] : [`repo:${owner}@${ownerId}/${name}@${repositoryId}:${job}`]),
    ...(subjects === 'ids' ? [] : [`repo:${repository}:${job}`]),
  ];
}

/** Ids that are missing, with the command that prints them. */
export function subjectProblems({ repository, subjects, ...ids }: RepositoryIdentity): Problem[] {
  if (subjects === 'names') return [];
  const expected = (path: string) => {
    return `the number that gh api repos/${repository} --jq ${path} prints; or subjects: names, for what GitHub knows by its name alone`;
  };
  return [
    ...(ids.ownerId === undefined ? [{ key: 'ownerId', value: undefined, expected: expected('.owner.id') }] : []),
    ...(ids.repositoryId === undefined ? [{ key: 'repositoryId', value: undefined, expected: expected('.id') }] : []),
  ];
}

/** Lets jobs of these subjects take a role on. */
export function trustJobs(issuerArn: string, subjects: readonly string[]): Statement {
  const [subject = '', ...others] = subjects;
  return {
    Sid: 'Workflows',
    Effect: 'Allow',
    Principal: { Federated: issuerArn },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: {
      StringEquals: {
        [`${ISSUER}:aud`]: 'sts.amazonaws.com',
        [`${ISSUER}:sub`]: others.length === 0 ? subject : subjects,
      },
    },
  };
}
