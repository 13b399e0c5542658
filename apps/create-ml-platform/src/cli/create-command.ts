import { basename } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { type Answers, resolveAnswers } from '../answers/answers.ts';
import { checkProjectName } from '../answers/project-name.ts';
import { checkNameIsFree } from '../render/name-is-free.ts';
import { render } from '../render/render.ts';
import type { GitOutcome } from '../steps/git.ts';
import type { Npm } from '../steps/npm.ts';
import type { Template, Tree } from '../template/template.ts';
import { resumePlacing } from '../write/place.ts';
import { describeSystemError } from '../write/system-error.ts';
import { checkIsFresh, inspectTarget, type Target } from '../write/target.ts';
import { removeLeftovers } from '../write/temporary-folder.ts';
import { writeProject } from '../write/write-project.ts';
import type { CreateOptions } from './command-line.ts';
import { ask } from './questions.ts';
import { listing, nextSteps, type Report, totalSize } from './report.ts';

/** Makes a project in `cwd` and says what was made. */
export async function createCommand(template: Template, options: CreateOptions, cwd: string): Promise<void> {
  const chosen = await choose(options, cwd);
  if (!chosen) {
    process.exitCode = 130;
    return;
  }
  checkNameIsFree(template, chosen.answers.name);
  const target = inspectTarget(cwd, chosen.folder);
  const report = options.dryRun
    ? rehearse(template, chosen, target)
    : await make({ template, chosen, target, options });
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else process.stdout.write(options.dryRun ? listing(report) : nextSteps(report, cwd));
}

interface Chosen {
  /** As typed: a name, or `.`. */
  readonly folder: string;
  readonly folderName: string;
  readonly answers: Answers;
}

async function choose(options: CreateOptions, cwd: string): Promise<Chosen | undefined> {
  const isInteractive = process.stdin.isTTY && process.stdout.isTTY && !options.yes && !options.json;
  const nameOf = (folder: string): string => (folder === '.' ? basename(cwd) : folder);
  if (options.folder !== undefined) checkFolder(options.folder, options.name, cwd);
  const asked = isInteractive ? await ask(options, nameOf) : unasked(options, nameOf);
  if (!asked) return undefined;
  checkFolder(asked.folder, options.name, cwd);
  return { folder: asked.folder, folderName: nameOf(asked.folder), answers: resolveAnswers(asked) };
}

function unasked({ folder, name, ...answers }: CreateOptions, nameOf: (folder: string) => string) {
  if (folder !== undefined) return { ...answers, folder, name: name ?? nameOf(folder) };
  throw new PlatformError('a name is missing', { code: 'usage', hint: 'npx create-ml-platform acme' });
}

function checkFolder(folder: string, name: string | undefined, cwd: string): void {
  if (folder !== '.') checkProjectName(folder);
  if (folder !== '.' || name !== undefined) return;
  try {
    checkProjectName(basename(cwd));
  } catch (thrown) {
    if (!(thrown instanceof PlatformError)) throw thrown;
    const hint = `name the project yourself: npx create-ml-platform . --name ${/'(.+)'/.exec(thrown.hint)?.[1] ?? 'acme'}`;
    throw new PlatformError(`this folder can't name the project: ${thrown.message}`, { code: 'usage', hint });
  }
}

function rehearse(template: Template, { answers, folder, folderName }: Chosen, target: Target): Report {
  if (target.kind === 'inPlace') checkIsFresh(folder, folderName, target.existing);
  const outcome = { git: { state: 'skipped' }, install: 'skipped', dryRun: true } as const;
  return reportOn({ template, answers, target, tree: render(template, answers), ...outcome });
}

interface Making {
  readonly template: Template;
  readonly chosen: Chosen;
  readonly target: Target;
  readonly options: CreateOptions;
}

async function make({ template, chosen, target, options }: Making): Promise<Report> {
  const { answers } = chosen;
  // Loaded on demand, as the prompts are: Node's own process modules cost more than writing the files.
  const repository = options.git ? await import('../steps/git.ts') : undefined;
  const npm = options.install ? (await import('../steps/npm.ts')).findNpm() : undefined;
  const home = target.kind === 'whole' ? target.parent : target.path;
  const inWorkTree = repository?.isInWorkTree(home) === true;
  let git: GitOutcome = { state: 'skipped' };
  if (inWorkTree)
    git = {
      state: 'skipped',
      warning: 'this is inside a Git work tree already: made no repository, committed nothing',
    };
  const finish = (folder: string): void => {
    if (repository && !inWorkTree) git = repository.startRepository(folder);
  };
  const tree = write({ template, chosen, target, finish });
  await install(npm, target.path);
  return reportOn({ template, answers, target, tree, git, install: npm ? 'done' : 'skipped', dryRun: false });
}

interface Writing extends Omit<Making, 'options'> {
  readonly finish: (folder: string) => void;
}

function write({ template, chosen: { answers, folder, folderName: name }, target, finish }: Writing): Tree {
  const request = JSON.stringify({ version: template.version, answers });
  const tree = render(template, answers);
  if (target.kind === 'inPlace') {
    if (resume(target.path, name, request)) return tree;
    checkIsFresh(folder, name, target.existing);
  }
  clean(target, name);
  return writeProject({ target, name, tree, request, finish });
}

/** Finishes what a killed run had begun here; false when there was nothing to finish. */
function resume(folder: string, name: string, request: string): boolean {
  const earlier = resumePlacing(folder, name);
  if (earlier === undefined || earlier === request) return earlier !== undefined;
  throw new PlatformError(`an earlier run was interrupted here; it is finished now, with its own answers: ${earlier}`, {
    code: 'usage',
    hint: 'keep it, or empty the folder and run this command again',
  });
}

function clean(target: Target, name: string): void {
  const home = target.kind === 'whole' ? target.parent : target.path;
  try {
    removeLeftovers(home, name);
  } catch (thrown) {
    throw describeSystemError(thrown, home);
  }
}

async function install(npm: Npm | undefined, folder: string): Promise<void> {
  if (!npm) return;
  process.stderr.write('Installing dependencies (npm ci) …\n');
  const { installDependencies } = await import('../steps/npm.ts');
  await installDependencies(npm, folder);
}

interface Made {
  readonly template: Template;
  readonly answers: Answers;
  readonly target: Target;
  readonly tree: Tree;
  readonly git: GitOutcome;
  readonly install: 'done' | 'skipped';
  readonly dryRun: boolean;
}

function reportOn({ template, answers, target, tree, git, install, dryRun }: Made): Report {
  return {
    path: target.path,
    name: answers.name,
    version: template.version,
    answers,
    dryRun,
    files: [...tree.keys()],
    size: totalSize(tree),
    steps: { git: git.state, install },
    warnings: git.warning ? [git.warning] : [],
  };
}
