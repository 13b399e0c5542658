import { z } from 'zod';

/** Bodies as GitHub documents them: https://docs.github.com/rest (version 2022-11-28); what it doesn't know it refuses. */
const reviewer = z.strictObject({ type: z.enum(['User', 'Team']), id: z.int() });

/** https://docs.github.com/rest/deployments/environments#create-or-update-an-environment */
export const environmentBody = z.strictObject({
  wait_timer: z.int().min(0).max(43_200).optional(),
  prevent_self_review: z.boolean().optional(),
  reviewers: z.array(reviewer).max(6).nullable().optional(),
  deployment_branch_policy: z
    .strictObject({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .refine((policy) => policy.protected_branches !== policy.custom_branch_policies, 'both must not be the same')
    .nullable()
    .optional(),
});

/** https://docs.github.com/rest/deployments/branch-policies#create-a-deployment-branch-policy */
export const branchPolicyBody = z.strictObject({ name: z.string().min(1), type: z.enum(['branch', 'tag']).optional() });

/** https://docs.github.com/rest/actions/variables */
export const variableBody = z.strictObject({
  name: z.string().regex(/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i),
  value: z.string(),
});

/** https://docs.github.com/rest/issues/labels#create-a-label */
export const labelBody = z.strictObject({
  name: z.string().min(1),
  color: z.string().regex(/^[0-9a-f]{6}$/i),
  description: z.string().max(100).optional(),
});

/** https://docs.github.com/rest/issues/comments */
export const commentBody = z.strictObject({
  body: z.string().min(1).max(65_536, 'Body is too long (maximum is 65536 characters)'),
});

/** https://docs.github.com/rest/repos/rules#create-a-repository-ruleset */
const rule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('deletion') }),
  z.strictObject({ type: z.literal('non_fast_forward') }),
  z.strictObject({ type: z.literal('required_linear_history') }),
  z.strictObject({
    type: z.literal('pull_request'),
    parameters: z.strictObject({
      allowed_merge_methods: z.array(z.enum(['merge', 'squash', 'rebase'])).optional(),
      dismiss_stale_reviews_on_push: z.boolean(),
      require_code_owner_review: z.boolean(),
      require_last_push_approval: z.boolean(),
      required_approving_review_count: z.int().min(0).max(10),
      required_review_thread_resolution: z.boolean(),
    }),
  }),
  z.strictObject({
    type: z.literal('required_status_checks'),
    parameters: z.strictObject({
      do_not_enforce_on_create: z.boolean().optional(),
      required_status_checks: z.array(z.strictObject({ context: z.string(), integration_id: z.int().optional() })),
      strict_required_status_checks_policy: z.boolean(),
    }),
  }),
]);

const rulesetShape = {
  name: z.string(),
  target: z.enum(['branch', 'tag', 'push']).optional(),
  enforcement: z.enum(['disabled', 'active', 'evaluate']),
  bypass_actors: z.array(z.unknown()).optional(),
  conditions: z
    .strictObject({ ref_name: z.strictObject({ include: z.array(z.string()), exclude: z.array(z.string()) }) })
    .optional(),
  rules: z.array(rule).optional(),
};
export const rulesetBody = z.strictObject(rulesetShape);
export const rulesetChange = rulesetBody.partial();
