import { cp, mkdir, mkdtemp, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const NX = join(REPOSITORY, 'node_modules/nx/dist/bin/nx.js');

/** A workspace in a temporary folder, with one project and this repository's installed packages. */
export interface Workspace {
  readonly root: string;
  /** Absolute path of the project's folder. */
  readonly project: string;
  /** Starts Nx in it. */
  readonly nx: (...args: string[]) => NxRun;
  /** Starts it with other variables as well. */
  readonly nxWith: (env: Readonly<Record<string, string>>, ...args: string[]) => NxRun;
}

export interface NxRun {
  /** Settles, without an error, when Nx has ended. */
  readonly ended: Promise<{ readonly text: string; readonly exitCode: number | undefined }>;
  /** Sends Nx itself a signal, SIGKILL unless given, and nothing to what it started. */
  readonly kill: (signal?: NodeJS.Signals) => void;
}

/** Makes a workspace whose project has the files of `source`, an absolute path, in its `src`. */
export async function makeWorkspace(
  name: string,
  source: string,
  { files = {}, env = {} }: { files?: Record<string, string>; env?: Record<string, string> } = {},
): Promise<Workspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'nx-workspace-')));
  const project = join(root, 'apps', name);
  await mkdir(project, { recursive: true });
  await cp(source, join(project, 'src'), { recursive: true });
  const all = {
    'package.json': '{ "name": "w", "private": true, "type": "module", "workspaces": ["apps/*"] }',
    'package-lock.json': await readFile(join(REPOSITORY, 'package-lock.json'), 'utf8'),
    'nx.json': '{ "analytics": false, "neverConnectToCloud": true, "plugins": ["./plugin.mjs"] }',
    'plugin.mjs': `export * from ${JSON.stringify(join(REPOSITORY, 'libs/nx-plugin/plugin.mjs'))};\n`,
    '.gitignore': 'node_modules\n.nx\n/*/*/artifacts\n/*/*/runs\n',
    [`apps/${name}/package.json`]: `{ "name": "${name}", "type": "module" }`,
    [`apps/${name}/requirements.txt`]: '',
    ...files,
  };
  for (const [path, content] of Object.entries(all)) await writeFile(join(root, path), content);
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  await execa('git', ['init', '-q'], { cwd: root });
  const quiet = { NX_DAEMON: 'false', CI: 'true', NX_TUI: 'false', NX_ISOLATE_PLUGINS: 'false', ...env };
  const nxWith: Workspace['nxWith'] = (more, ...args) => startNx(root, { ...quiet, ...more }, args);
  return { root, project, nx: (...args) => nxWith({}, ...args), nxWith };
}

function startNx(cwd: string, env: Record<string, string>, args: readonly string[]): NxRun {
  const run = execa(process.execPath, [NX, ...args], { cwd, env, all: true, reject: false });
  return {
    ended: run.then(({ all, exitCode }) => ({ text: all, exitCode })),
    kill: (signal = 'SIGKILL') => void run.kill(signal),
  };
}
