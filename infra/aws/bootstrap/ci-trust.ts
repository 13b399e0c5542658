import type { Statement } from '../components/access/statements.ts';

/** How a CI system names its jobs in the tokens by which they take roles on. */
export interface CiIdentity {
  /** As a part of names: `github`. */
  readonly system: string;
  /** Whose jobs they are, in descriptions of roles. */
  readonly owner: string;
  /** What signs the tokens, without `https://`. */
  readonly issuer: string;
  /** Whom the tokens are for. */
  readonly audience: string;
  /** Subjects of the jobs that may deploy an environment. */
  readonly deployerSubjects: (environment: string) => readonly string[];
  /** Subjects of the jobs that only read. */
  readonly readerSubjects: readonly string[];
}

/** Lets jobs of these subjects take a role on. */
export function trustJobs(
  issuerArn: string,
  { issuer, audience }: Pick<CiIdentity, 'issuer' | 'audience'>,
  subjects: readonly string[],
): Statement {
  const [subject = '', ...others] = subjects;
  return {
    Sid: 'Workflows',
    Effect: 'Allow',
    Principal: { Federated: issuerArn },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: {
      StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: others.length === 0 ? subject : subjects },
    },
  };
}
