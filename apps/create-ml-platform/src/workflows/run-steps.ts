import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { isTrue, resolve, resolveText, type Scope, type Status, type Value } from './expression.ts';
import { stepFiles } from './job-files.ts';
import { readAction, type Step } from './read-workflow.ts';
import type { Settings, StepRun } from './workflow-run.ts';

export interface StepsPlace {
  readonly settings: Settings;
  /** `github`, `vars`, `needs` and so on; of an action of several steps, its own `inputs`. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly workspace: string;
  readonly temp: string;
  readonly shell: string | undefined;
}

/** What steps leave for those after them. */
export interface JobState {
  readonly env: Record<string, string>;
  readonly path: string[];
  summary: string;
}

interface Ran {
  readonly failed: boolean;
  readonly outputs: Record<string, string>;
  readonly log: string;
}

/** Runs steps in order; after a failure those that ask for it. */
export async function runSteps(steps: readonly Step[], place: StepsPlace, state: JobState): Promise<StepRun[]> {
  const runs: StepRun[] = [];
  for (const step of steps) {
    const run = await runStep(step, place, state, runs);
    runs.push(run);
  }
  return runs;
}

/** The context `steps`. */
export function stepsContext(runs: readonly StepRun[]): Record<string, unknown> {
  return Object.fromEntries(
    runs.flatMap(({ id, outcome, conclusion, outputs }) => (id ? [[id, { outcome, conclusion, outputs }]] : [])),
  );
}

/** Every value as GitHub writes it into an environment, an input or an output. */
export function texts(values: Readonly<Record<string, Value>> = {}, scope: Scope): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, resolveText(value, scope)]));
}

async function runStep(step: Step, place: StepsPlace, state: JobState, before: readonly StepRun[]): Promise<StepRun> {
  const { workspace } = place;
  const failed = before.some(({ conclusion }) => conclusion === 'failure');
  const status: Status = { succeeded: !failed, failed };
  const job = { status: failed ? 'failure' : 'success' };
  const contexts = { ...place.contexts, env: state.env, steps: stepsContext(before), job };
  const scope: Scope = { contexts, status, workspace };
  const name = resolveText(step.name, scope) || step.uses || resolveText(step.run, scope).split('\n')[0] || '';
  const known = { name, ...(step.id !== undefined && { id: step.id }) };
  if (!isTrue(step.if, scope)) return { ...known, outcome: 'skipped', conclusion: 'skipped', outputs: {}, log: '' };
  const env = { ...state.env, ...texts(step.env, scope) };
  const own: Scope = { ...scope, contexts: { ...contexts, env } };
  const ran = await (step.uses === undefined
    ? runCommand(step, place, state, own)
    : use(step.uses, step, place, state, own));
  const outcome = ran.failed ? 'failure' : 'success';
  const conclusion = ran.failed && resolve(step['continue-on-error'], scope) === true ? 'success' : outcome;
  return { ...known, outcome, conclusion, outputs: ran.outputs, log: ran.log };
}

async function runCommand(step: Step, place: StepsPlace, state: JobState, scope: Scope): Promise<Ran> {
  const { settings, workspace, temp, contexts } = place;
  const folder = mkdtempSync(join(temp, 'step-'));
  const files = stepFiles(folder);
  const script = join(folder, 'script.sh');
  writeFileSync(script, resolveText(step.run, scope));
  const shell = resolveText(step.shell, scope) || place.shell;
  const flags = shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
  const env = {
    ...settings.env,
    ...githubVariables(contexts.github as Record<string, unknown>, workspace, temp),
    ...(scope.contexts.env as Record<string, string>),
    ...files.env,
    PATH: [...state.path, settings.env.PATH ?? ''].join(delimiter),
  };
  const cwd = join(workspace, resolveText(step['working-directory'], scope));
  const options = { cwd, env, extendEnv: false, all: true, reject: false, stdin: 'ignore' } as const;
  const { exitCode, all } = await execa('bash', [...flags, script], options);
  Object.assign(state.env, files.variables());
  state.path.unshift(...files.paths());
  state.summary += files.summary();
  return { failed: exitCode !== 0, outputs: files.outputs(), log: `${all}\n` };
}

function githubVariables(github: Record<string, unknown>, workspace: string, temp: string): Record<string, string> {
  const event = join(temp, 'event.json');
  writeFileSync(event, JSON.stringify(github.event));
  const plain = Object.entries(github).filter(([name, value]) => name !== 'token' && typeof value !== 'object');
  return {
    ...Object.fromEntries(plain.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, String(value)])),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_PATH: event,
    GITHUB_WORKSPACE: workspace,
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temp,
  };
}

async function use(uses: string, step: Step, place: StepsPlace, state: JobState, scope: Scope): Promise<Ran> {
  const [name = ''] = uses.split('@');
  const standIn = place.settings.actions[name];
  const given = texts(step.with, scope);
  if (standIn) {
    let log = '';
    const print = (text: string) => {
      log += text;
    };
    const exportVariable = (key: string, value: string) => void Object.assign(state.env, { [key]: value });
    const env = scope.contexts.env as Record<string, string>;
    try {
      const outputs = await standIn({ with: given, env, workspace: place.workspace, exportVariable, print });
      return { failed: false, outputs: outputs ?? {}, log };
    } catch (thrown) {
      return { failed: true, outputs: {}, log: `${log}${thrown}\n` };
    }
  }
  if (name.startsWith('./')) return useComposite(name, given, place, state);
  throw new Error(`nothing stands in for ${name}`);
}

async function useComposite(
  name: string,
  given: Record<string, string>,
  place: StepsPlace,
  state: JobState,
): Promise<Ran> {
  const file = join(place.workspace, name, 'action.yml');
  if (!existsSync(file))
    return { failed: true, outputs: {}, log: `there is no ${file}: is the repository checked out?\n` };
  const { inputs: declared = {}, outputs: promised = {}, runs } = readAction(file);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(declared, key));
  if (unknown !== undefined) throw new Error(`${name} has no input '${unknown}'`);
  const outer: Scope = {
    contexts: place.contexts,
    status: { succeeded: true, failed: false },
    workspace: place.workspace,
  };
  const missing = Object.entries(declared).find(([key, { required }]) => required && !(key in given));
  if (missing) throw new Error(`${name} needs the input '${missing[0]}'`);
  const defaults = Object.entries(declared).map(([key, input]) => [key, resolveText(input.default, outer)]);
  const contexts = { ...place.contexts, inputs: { ...Object.fromEntries(defaults), ...given } };
  const made = await runSteps(runs.steps, { ...place, contexts, shell: undefined }, state);
  const scope: Scope = { ...outer, contexts: { ...contexts, env: state.env, steps: stepsContext(made) } };
  const outputs = Object.entries(promised).map(([key, { value }]) => [key, resolveText(value, scope)]);
  return {
    failed: made.some(({ conclusion }) => conclusion === 'failure'),
    outputs: Object.fromEntries(outputs),
    log: made.map(({ log }) => log).join(''),
  };
}
