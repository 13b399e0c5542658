import { z } from 'zod';
import type { GitHub } from '../gh.ts';

/** Of GitHub's answers, what is looked at: https://docs.github.com/rest */
const repositorySchema = z.object({ default_branch: z.string() });
const environmentSchema = z.object({
  protection_rules: z
    .array(
      z.object({
        type: z.string(),
        wait_timer: z.number().optional(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z
          .array(z.object({ type: z.enum(['User', 'Team']), reviewer: z.object({ id: z.number() }) }))
          .optional(),
      }),
    )
    .default([]),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable()
    .default(null),
});
const policiesSchema = z.object({ branch_policies: z.array(z.object({ name: z.string() })) });
const variablesSchema = z.object({
  total_count: z.number(),
  variables: z.array(z.object({ name: z.string(), value: z.string() })),
});
const rulesetsSchema = z.array(z.object({ id: z.number(), name: z.string() }));
const subjectSchema = z.object({ use_default: z.boolean() });
const idSchema = z.object({ id: z.number() });

export interface Reviewer {
  readonly type: 'User' | 'Team';
  readonly id: number;
}

export interface CurrentEnvironment {
  readonly waitTimer: number;
  readonly preventSelfReview: boolean;
  readonly reviewers: readonly Reviewer[];
  readonly branchPolicy: { readonly protected_branches: boolean; readonly custom_branch_policies: boolean } | null;
  /** Patterns of branches, where these are the policy. */
  readonly branches: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const PER_PAGE = 30;

/** What a repository has now; undefined for what isn't there. */
export function currentState(github: GitHub, repository: string) {
  const root = `repos/${repository}`;
  const read = async <Shape extends z.ZodType>(path: string, shape: Shape): Promise<z.infer<Shape> | undefined> => {
    const found = await github.get(path);
    return found === undefined ? undefined : shape.parse(found);
  };
  /** By name; of an environment, or of the repository. */
  const variables = async (of: string): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (let page = 1; ; page++) {
      const answer = await read(`${root}/${of}/variables?per_page=${PER_PAGE}&page=${page}`, variablesSchema);
      for (const { name, value } of answer?.variables ?? []) found[name] = value;
      if (answer === undefined || page * PER_PAGE >= answer.total_count) return found;
    }
  };
  return {
    defaultBranch: async () => (await read(root, repositorySchema))?.default_branch,
    variables: () => variables('actions'),
    environment: async (name: string): Promise<CurrentEnvironment | undefined> => {
      const path = `${root}/environments/${name}`;
      const found = await read(path, environmentSchema);
      if (found === undefined) return undefined;
      const policies = await read(`${path}/deployment-branch-policies?per_page=100`, policiesSchema);
      const rule = (type: string) => found.protection_rules.find((one) => one.type === type);
      const required = rule('required_reviewers');
      return {
        waitTimer: rule('wait_timer')?.wait_timer ?? 0,
        preventSelfReview: required?.prevent_self_review ?? false,
        reviewers: (required?.reviewers ?? []).map(({ type, reviewer }) => ({ type, id: reviewer.id })),
        branchPolicy: found.deployment_branch_policy,
        branches: (policies?.branch_policies ?? []).map((policy) => policy.name),
        variables: await variables(`environments/${name}`),
      };
    },
    hasLabel: async (name: string) => (await github.get(`${root}/labels/${name}`)) !== undefined,
    /** Its number, and all of it. */
    ruleset: async (name: string) => {
      const id = (await read(`${root}/rulesets?per_page=100`, rulesetsSchema))?.find((one) => one.name === name)?.id;
      return id === undefined ? undefined : { id, body: await github.get(`${root}/rulesets/${id}`) };
    },
    /** Whether jobs are known to a cloud by what the docs and the bootstrap take them for. */
    hasDefaultSubject: async () => {
      return (await read(`${root}/actions/oidc/customization/sub`, subjectSchema))?.use_default ?? true;
    },
    /** Undefined for somebody that GitHub doesn't know. */
    reviewer: async (name: string): Promise<Reviewer | undefined> => {
      const [organization, team] = name.split('/');
      const path = team === undefined ? `users/${name}` : `orgs/${organization}/teams/${team}`;
      const id = (await read(path, idSchema))?.id;
      return id === undefined ? undefined : { type: team === undefined ? 'User' : 'Team', id };
    },
  };
}

export type CurrentState = ReturnType<typeof currentState>;
