import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runWorkflow } from '../../workflows/run-workflow.ts';
import { standInsFor } from '../../workflows/stand-ins.ts';
import type { WorkflowEvent } from '../../workflows/triggers.ts';
import type { WorkflowRun } from '../../workflows/workflow-run.ts';
import { shellEnvironment } from '../bake.ts';
import { type Cloud, openCloud, STACKS } from './cloud.ts';
import { makeProject, typeIn } from './make-project.ts';
import { SECRETS } from './secrets.ts';
import { ask, type Deployed, deployedOf, type StackStatus } from './stacks.ts';
import { textsBelow } from './texts-below.ts';

const REPOSITORY = 'acme/flights';
const AWS_ROLE = 'arn:aws:iam::111111111111:role/ci';

type Inputs = Readonly<Record<string, string | boolean>>;

/** A team with a project, its remotes of Git and DVC, its registry of models, and its clouds. */
export interface Company {
  readonly cloud: Cloud;
  /** The team types a line in its clone. */
  readonly type: (line: string) => Promise<string>;
  readonly edit: (path: string, change: (text: string) => string) => void;
  /** Commits all, and pushes it to a branch. */
  readonly push: (message: string, branch?: string) => Promise<void>;
  /** Merges a branch that is on the remote into main. */
  readonly merge: (branch: string) => Promise<void>;
  /** Which release each stack has, and which model its address answers with: the first digits of its hash. */
  readonly deployed: () => Promise<Record<string, Deployed>>;
  /** The version of the model that has this alias in the registry. */
  readonly version: (alias: string) => Promise<{ version: string; contentHash: string }>;
  /** Asks a stack's server, until it has written that down. */
  readonly ask: (stack: string, rows: readonly object[]) => Promise<void>;
  /** Runs a workflow by hand on main. */
  readonly dispatch: (workflow: string, inputs: Inputs) => Promise<WorkflowRun>;
  /** Runs a workflow for a pull request of a branch. */
  readonly pullRequest: (workflow: string, branch: string) => Promise<WorkflowRun>;
  /** Who approved what, in order: environments. */
  readonly approved: string[];
  /** All that was said and kept in the quarter, as text. */
  readonly said: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Makes the project by the packed command, with a first commit on the remote and stacks that serve nothing yet. */
export async function openCompany(top: string): Promise<Company> {
  const folder = join(top, 'acme');
  const [origin, registry, artifacts] = [join(top, 'origin.git'), join(top, 'registry'), join(top, 'artifacts')];
  await makeProject(top);
  const cloud = openCloud(join(top, 'clouds'), folder);
  const own = { MODEL_REGISTRY: pathToFileURL(registry).href, HUSKY: '0', PATH: cloud.env.PATH };
  const type = (line: string) => typeIn(folder, line, own);
  await type(`git init --quiet --bare --initial-branch=main ${origin} && git remote add origin ${origin}`);
  await type('git push --quiet origin HEAD:main && npx platform data push');
  for (const stack of STACKS) await type(`pulumi stack init ${stack} --cwd infra/aws`);
  const [runs, approved]: [WorkflowRun[], string[]] = [[], []];

  async function run(workflow: string, event: WorkflowEvent, inputs?: Inputs): Promise<WorkflowRun> {
    const ran = await runWorkflow({
      repository: origin,
      workflow: `.github/workflows/${workflow}.yml`,
      event,
      inputs,
      env: { ...(shellEnvironment() as Record<string, string>), ...cloud.env },
      actions: { ...standInsFor(origin, event, join(artifacts, String(runs.length))), ...cloud.actions },
      variables: {
        ...{ MODEL: 'churn', MODEL_REGISTRY: pathToFileURL(registry).href, PREDICTIONS: cloud.predictions },
        ...{ AWS_READER_ROLE: `${AWS_ROLE}-reader`, AWS_ROLE, AWS_REGION: 'eu-central-1' },
        ...{ PULUMI_BACKEND_URL: 's3://acme-states', CANARY_SECONDS: '1' },
      },
      environmentVariables: { prod: { CANARY_SECONDS: '4' } },
      secrets: SECRETS,
      github: { repository: REPOSITORY, token: SECRETS.GH_TOKEN },
      approve: (environment) => approved.push(environment) > 0,
    });
    runs.push(ran);
    return ran;
  }

  const stacks = async () =>
    (JSON.parse(await type('npx platform deploy status --json')) as { stacks: StackStatus[] }).stacks;

  return {
    cloud,
    type,
    approved,
    edit: (path, change) => {
      const file = join(folder, path);
      writeFileSync(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''));
    },
    push: async (message, branch = 'main') => {
      await type(
        `git add --all && git commit --quiet --message '${message}' && git push --quiet origin HEAD:${branch}`,
      );
    },
    merge: async (branch) => {
      await type(
        `git fetch --quiet && git merge --quiet --no-edit origin/${branch} && git push --quiet origin HEAD:main`,
      );
      cloud.closePull(branch);
    },
    deployed: async () => Object.fromEntries(await Promise.all((await stacks()).map(deployedOf))),
    version: async (alias) => JSON.parse(await type(`npx platform models show churn@${alias} --json`)),
    ask: async (stack, rows) => {
      const url = (await stacks()).find(({ env }) => env === stack)?.url ?? '';
      await ask(url, cloud.predictions, rows);
    },
    dispatch: async (workflow, inputs) => {
      const sha = await type(`git fetch --quiet && git rev-parse origin/main`);
      return run(workflow, { name: 'workflow_dispatch', payload: {}, ref: 'refs/heads/main', sha }, inputs);
    },
    pullRequest: async (workflow, branch) => {
      const commits = await type(`git fetch --quiet && git rev-parse origin/${branch} origin/main`);
      const [sha = '', base] = commits.split('\n');
      const pull = {
        number: 7,
        head: { ref: branch, repo: { full_name: REPOSITORY } },
        base: { ref: 'main', sha: base },
      };
      const payload = { action: 'opened', pull_request: pull };
      return run(workflow, { name: 'pull_request', payload, ref: 'refs/pull/7/merge', sha });
    },
    said: async () => {
      const history = await type('git fetch --quiet && git log --all --patch --format=fuller');
      const kept = [...cloud.records, registry, artifacts, join(top, 'store')];
      return [JSON.stringify(runs), history, ...kept.flatMap(textsBelow)].join('\n');
    },
    close: cloud.close,
  };
}
