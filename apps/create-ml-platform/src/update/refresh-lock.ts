import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { listGit, type Repository, runGit } from '../apply/git-process.ts';
import { changeTree, storeBlob } from '../apply/git-trees.ts';
import type { Merged } from '../apply/merge.ts';
import { fileIn } from '../apply/settle-json.ts';
import { LOCK } from '../render/render.ts';
import { errorIn, findNpm } from '../steps/npm.ts';
import type { Tree } from '../template/template.ts';
import { ownEnvironment } from './other-version.ts';
import type { LockState } from './outcome.ts';

export interface LockRequest {
  readonly repository: Repository;
  readonly folder: string;
  readonly prefix: string;
  readonly base: Tree;
  readonly theirs: Tree;
  /** Whether npm may run. */
  readonly npm: boolean;
}

export interface Refreshed {
  readonly merged: Merged;
  readonly lock: LockState;
  readonly note?: string;
}

export const BY_HAND = `npm install --package-lock-only && git add ${LOCK}`;

/**
 * Brings package-lock.json in line with merged manifests. It is never merged: where the team changed nothing that npm
 * looks at, it is the template's; else npm writes it anew, from the team's, in a folder of its own.
 */
export function refreshLock(request: LockRequest, merged: Merged): Refreshed {
  const { repository, prefix, base, theirs } = request;
  const ours = fileIn(repository, 'HEAD', `${prefix}${LOCK}`);
  if (!ours) return { merged, lock: 'none' };
  const next = theirs.get(LOCK);
  const isTemplates =
    ours.text === textOf(base, LOCK) && hasManifestsOf(theirs, manifests(repository, merged.tree, prefix));
  if (isTemplates && next) return replaceLock(request, merged, ours, Buffer.from(next.content));
  if (manifestsAreEqual(repository, prefix, merged.tree)) return { merged, lock: 'unchanged' };
  if (merged.conflicts.some(({ path }) => basename(path) === 'package.json')) {
    return { merged, lock: 'left', note: `when package.json is resolved: ${BY_HAND}` };
  }
  if (!request.npm) return { merged, lock: 'left', note: `${LOCK} is not in line with package.json yet: ${BY_HAND}` };
  const written = lockByNpm(request, merged.tree);
  return typeof written === 'string'
    ? { merged, lock: 'left', note: `npm could not write ${LOCK} (${written}); when it can: ${BY_HAND}` }
    : replaceLock(request, merged, ours, written);
}

type Lock = NonNullable<ReturnType<typeof fileIn>>;

function replaceLock({ repository, prefix }: LockRequest, merged: Merged, ours: Lock, content: Buffer): Refreshed {
  if (content.toString() === ours.text) return { merged, lock: 'unchanged' };
  const id = storeBlob(repository, content);
  const tree = changeTree(repository, merged.tree, new Map([[`${prefix}${LOCK}`, { mode: ours.stage.mode, id }]]));
  return { merged: { ...merged, tree }, lock: 'updated' };
}

/** Texts of all package.json files of a project, by their paths in it. */
function manifests(repository: Repository, tree: string, prefix: string): Map<string, string> {
  const paths = pathsOf(repository, tree, prefix).filter((path) => basename(path) === 'package.json');
  return new Map(paths.map((path) => [path.slice(prefix.length), fileIn(repository, tree, path)?.text ?? '']));
}

function manifestsAreEqual(repository: Repository, prefix: string, tree: string): boolean {
  const [before, after] = ['HEAD', tree].map((id) => manifests(repository, id, prefix));
  return JSON.stringify([...(before ?? [])]) === JSON.stringify([...(after ?? [])]);
}

function hasManifestsOf(theirs: Tree, found: ReadonlyMap<string, string>): boolean {
  const count = [...theirs.keys()].filter((path) => basename(path) === 'package.json').length;
  return found.size === count && [...found].every(([path, text]) => theirs.has(path) && textOf(theirs, path) === text);
}

/** The lock that npm writes for the tree's manifests; what npm says where it fails. */
function lockByNpm({ repository, folder, prefix }: LockRequest, tree: string): Buffer | string {
  const scratch = mkdtempSync(join(tmpdir(), 'template-lock-'));
  try {
    writeWhatNpmReads(repository, tree, prefix, scratch);
    const project = join(scratch, prefix);
    // Credentials for a registry are often in a file that Git ignores.
    if (existsSync(join(folder, '.npmrc'))) copyFileSync(join(folder, '.npmrc'), join(project, '.npmrc'));
    const failure = runNpm(project);
    return failure ?? readFileSync(join(project, LOCK));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function writeWhatNpmReads(repository: Repository, tree: string, prefix: string, scratch: string): void {
  const env = { GIT_INDEX_FILE: join(scratch, 'index') };
  const reads = /(?:^|\/)(?:package\.json|\.npmrc|[^/]+\.tgz)$/;
  const paths = pathsOf(repository, tree, prefix).filter((path) => reads.test(path) || path === `${prefix}${LOCK}`);
  runGit({ repository, args: ['read-tree', tree], env });
  const args = ['checkout-index', '--quiet', '-z', '--stdin', `--prefix=${scratch}/`];
  runGit({ repository, args, input: paths.map((path) => `${path}\0`).join(''), env });
  rmSync(join(scratch, 'index'));
}

function runNpm(cwd: string): string | undefined {
  const npm = findNpmOr();
  if (typeof npm === 'string') return npm;
  process.stderr.write(`npm writes ${LOCK} …\n`);
  const [program, ...first] = npm;
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=1'];
  const args = [...first, 'install', '--package-lock-only', ...flags, '--json', '--loglevel=silent'];
  const { error, status, stdout } = spawnSync(program, args, {
    cwd,
    env: ownEnvironment(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: program.endsWith('.cmd'),
  });
  if (status === 0) return undefined;
  return error?.message ?? errorIn(stdout)?.summary ?? `it ended with ${status}`;
}

function findNpmOr(): ReturnType<typeof findNpm> | string {
  try {
    return findNpm();
  } catch {
    return 'npm is not installed';
  }
}

function pathsOf(repository: Repository, tree: string, prefix: string): string[] {
  const within = prefix === '' ? [] : ['--', prefix];
  return listGit(repository, ['ls-tree', '-r', '-z', '--name-only', tree, ...within]);
}

function textOf(tree: Tree, path: string): string | undefined {
  const file = tree.get(path);
  return file && Buffer.from(file.content).toString();
}
