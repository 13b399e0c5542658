import { isDeepStrictEqual } from 'node:util';
import type { Request } from '../gh.ts';
import type { CurrentEnvironment, CurrentState, Reviewer } from './current.ts';
import { ENVIRONMENTS, type EnvironmentName, type SetupOptions } from './options.ts';

/** Only what is on the default branch goes there; the others are for pull requests as well. */
const RELEASED: readonly EnvironmentName[] = ['staging', 'prod'];
const OF_BRANCHES = { protected_branches: false, custom_branch_policies: true };
/** Of the repository's rule, by which it is found again. */
const RULE = 'main';

const PREVIEW = { name: 'preview', color: '1d76db', description: 'Gets a stack of its own while it is open' };

/**
 * The requests that bring a repository from what it has to what is asked for, in their order; none where all is as it
 * shall be. What a team set beyond that stays.
 */
export async function setupRequests(
  repository: string,
  options: SetupOptions,
  current: CurrentState,
  reviewers: readonly Reviewer[],
): Promise<Request[]> {
  const root = `repos/${repository}`;
  const branch = (await current.defaultBranch()) ?? 'main';
  const requests: Request[] = [];
  for (const name of ENVIRONMENTS) {
    const found = await current.environment(name);
    const wanted = {
      branch: RELEASED.includes(name) ? branch : undefined,
      reviewers: name === 'prod' ? reviewers : [],
    };
    requests.push(
      ...environmentRequests(`${root}/environments/${name}`, found, wanted),
      ...variableRequests(
        `${root}/environments/${name}`,
        found?.variables ?? {},
        options.environmentVariables[name] ?? {},
      ),
    );
  }
  requests.push(...variableRequests(`${root}/actions`, await current.variables(), options.variables));
  requests.push(...rulesetRequests(`${root}/rulesets`, await current.ruleset(RULE), options.checks));
  if (!(await current.hasLabel(PREVIEW.name))) {
    requests.push({ method: 'POST', path: `${root}/labels`, body: PREVIEW });
  }
  return requests;
}

interface WantedEnvironment {
  /** The one branch that may be deployed; undefined where it is nobody's matter. */
  readonly branch: string | undefined;
  readonly reviewers: readonly Reviewer[];
}

/** A `PUT` replaces all of an environment's rules: those that are there are sent along. */
export function environmentRequests(
  path: string,
  found: CurrentEnvironment | undefined,
  { branch, reviewers }: WantedEnvironment,
): Request[] {
  const before = found && bodyOf(found);
  const body = {
    wait_timer: found?.waitTimer ?? 0,
    prevent_self_review: found?.preventSelfReview ?? false,
    reviewers: reviewers.length > 0 ? reviewers : (found?.reviewers ?? []),
    deployment_branch_policy: found?.branchPolicy ?? (branch === undefined ? null : OF_BRANCHES),
  };
  const requests: Request[] = isDeepStrictEqual(before, body) ? [] : [{ method: 'PUT', path, body }];
  const ofBranches = body.deployment_branch_policy?.custom_branch_policies === true;
  if (branch === undefined || !ofBranches || found?.branches.includes(branch)) return requests;
  const policy = { name: branch, type: 'branch' };
  return [...requests, { method: 'POST', path: `${path}/deployment-branch-policies`, body: policy }];
}

function bodyOf({ waitTimer, preventSelfReview, reviewers, branchPolicy }: CurrentEnvironment): object {
  return {
    wait_timer: waitTimer,
    prevent_self_review: preventSelfReview,
    reviewers,
    deployment_branch_policy: branchPolicy,
  };
}

function variableRequests(
  path: string,
  found: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Request[] {
  return Object.entries(wanted).flatMap(([name, value]): Request[] => {
    if (found[name] === value) return [];
    const body = { name, value };
    if (found[name] === undefined) return [{ method: 'POST', path: `${path}/variables`, body }];
    return [{ method: 'PATCH', path: `${path}/variables/${name}`, body }];
  });
}

/** https://docs.github.com/rest/repos/rules */
function rulesetRequests(
  path: string,
  found: { readonly id: number; readonly body: unknown } | undefined,
  checks: readonly string[],
): Request[] {
  if (found === undefined) return [{ method: 'POST', path, body: rulesetOf(checks) }];
  const { rules = [] } = found.body as { rules?: readonly Rule[] };
  const required = rules.find(({ type }) => type === 'required_status_checks');
  const known = required?.parameters?.required_status_checks ?? [];
  const missing = checks.filter((check) => !known.some(({ context }) => context === check));
  if (missing.length === 0) return [];
  const parameters = {
    strict_required_status_checks_policy: false,
    ...required?.parameters,
    required_status_checks: [...known, ...missing.map((context) => ({ context }))],
  };
  const others = rules.filter((rule) => rule !== required);
  const body = { rules: [...others, { type: 'required_status_checks', parameters }] };
  return [{ method: 'PUT', path: `${path}/${found.id}`, body }];
}

interface Rule {
  readonly type: string;
  readonly parameters?: { readonly required_status_checks?: readonly { readonly context: string }[] };
}

/** No force push and no removal; changes come by pull request, and with the checks passed. */
function rulesetOf(checks: readonly string[]): object {
  const review = {
    required_approving_review_count: 0,
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  };
  const status = {
    strict_required_status_checks_policy: false,
    required_status_checks: checks.map((context) => ({ context })),
  };
  return {
    name: RULE,
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      { type: 'deletion' },
      { type: 'non_fast_forward' },
      { type: 'pull_request', parameters: review },
      { type: 'required_status_checks', parameters: status },
    ],
  };
}
