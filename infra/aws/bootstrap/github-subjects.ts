import type { Problem } from '@ml-platform/conventions';
import type { CiIdentity } from './ci-trust.ts';

export interface RepositoryIdentity {
  /** `ORGANIZATION/NAME`. */
  readonly repository: string;
  readonly ownerId?: string | undefined;
  readonly repositoryId?: string | undefined;
  /** By which of its forms a subject is trusted; `ids` unless given. */
  readonly subjects?: 'ids' | 'names' | 'both' | undefined;
}

/**
 * A job of an environment deploys it; a pull request, and what runs by a schedule, which is of the main branch, reads.
 * https://docs.github.com/actions/reference/security/oidc
 */
export function githubIdentity(identity: RepositoryIdentity): CiIdentity {
  return {
    system: 'github',
    owner: identity.repository,
    issuer: 'token.actions.githubusercontent.com',
    audience: 'sts.amazonaws.com',
    deployerSubjects: (environment) => subjectsOf(identity, `environment:${environment}`),
    readerSubjects: ['pull_request', 'ref:refs/heads/main'].flatMap((job) => subjectsOf(identity, job)),
  };
}

/**
 * What GitHub says of a job in its token, in each form that is trusted: by names alone, or with the ids of owner and
 * repository, which nobody else ever gets.
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
