import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { render } from '../render/render.ts';
import type { GitOutcome } from '../steps/git.ts';
import type { Npm } from '../steps/npm.ts';
import type { Template, Tree } from '../template/template.ts';
import { resumePlacing } from '../write/place.ts';
import { checkIsFresh, type Target } from '../write/target.ts';
import { removeLeftovers } from '../write/temporary-folder.ts';
import { writeProject } from '../write/write-project.ts';
import type { Chosen } from './choose-answers.ts';
import type { CreateOptions } from './command-line.ts';
import { type Report, reportOn } from './report.ts';

export interface Making {
  readonly template: Template;
  readonly chosen: Chosen;
  readonly target: Target;
  readonly options: CreateOptions;
}

interface Written {
  readonly tree: Tree;
  readonly git: GitOutcome;
}

const IN_WORK_TREE = 'this is inside a Git work tree already: made no repository, committed nothing';

/** Looks for the tools first, then writes files and repository as one, then installs. */
export async function makeProject(making: Making): Promise<Report> {
  const { template, chosen, target, options } = making;
  // Loaded on demand, as the prompts are: Node's own process modules cost more than writing the files.
  const npm = options.install ? (await import('../steps/npm.ts')).findNpm() : undefined;
  const startRepository = options.git
    ? await repositoryStarter(homeOf(target))
    : (): GitOutcome => ({ state: 'skipped' });
  const { tree, git } = write(making, startRepository);
  if (npm) await install(npm, target.path);
  const { answers } = chosen;
  return reportOn({ template, answers, target, tree, git, install: npm ? 'done' : 'skipped', dryRun: false });
}

/** What starts a repository in the finished files; throws when there is no Git. */
async function repositoryStarter(home: string): Promise<(folder: string) => GitOutcome> {
  const { isInWorkTree, startRepository } = await import('../steps/git.ts');
  return isInWorkTree(home) ? () => ({ state: 'skipped', warning: IN_WORK_TREE }) : startRepository;
}

function write({ template, chosen, target }: Making, startRepository: (folder: string) => GitOutcome): Written {
  const { answers, folder, folderName: name } = chosen;
  const request = JSON.stringify({ version: template.version, answers });
  const tree = render(template, answers);
  // Before a folder with a project in it is refused: that is where a run that came after a kill ends.
  if (folder !== '.') removeLeftovers(dirname(target.path), name);
  if (target.kind === 'inPlace') {
    if (resume(target.path, name, request)) return { tree, git: gitIn(target.path) };
    checkIsFresh(folder, name, target.existing);
  }
  removeLeftovers(homeOf(target), name);
  let git: GitOutcome = { state: 'skipped' };
  const finish = (made: string): void => {
    git = startRepository(made);
  };
  return { tree: writeProject({ target, name, tree, request, finish }), git };
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

function gitIn(folder: string): GitOutcome {
  return { state: existsSync(join(folder, '.git')) ? 'committed' : 'skipped' };
}

async function install(npm: Npm, folder: string): Promise<void> {
  const { installDependencies } = await import('../steps/npm.ts');
  const stop = showWaiting('Installing dependencies (npm ci) …');
  await installDependencies(npm, folder).finally(stop);
}

/** Says on standard error what takes its time and, at a terminal, how much so far. */
function showWaiting(label: string): () => void {
  const start = Date.now();
  const show = (): void => {
    process.stderr.write(`\r${label} ${Math.round((Date.now() - start) / 1000)} s`);
  };
  process.stderr.write(label);
  const timer = process.stderr.isTTY ? setInterval(show, 1000) : undefined;
  return () => {
    clearInterval(timer);
    process.stderr.write('\n');
  };
}

function homeOf(target: Target): string {
  return target.kind === 'whole' ? target.parent : target.path;
}
