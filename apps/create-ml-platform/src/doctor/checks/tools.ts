import { join } from 'node:path';
import type { Check } from '../check.ts';
import { broken, type Finding, note, ok, warning } from '../finding.ts';
import { errorMessage } from '../machine/error-message.ts';
import { readText } from '../machine/files.ts';
import { installCommand } from '../machine/install-command.ts';
import type { Machine } from '../machine/machine.ts';
import { PATIENCE } from '../machine/pipeline-check.ts';
import { dockerfilesOf, findUses } from '../machine/project-uses.ts';
import { isAtLeast, versionIn } from '../machine/versions.ts';

/** For `git merge-tree --write-tree`, which merges an update. */
const MINIMUM_GIT = '2.38';
/** Seconds: whether it is needed is known when the pipelines are. */
const AFTER_PIPELINES = PATIENCE + 25;
const PYTHONS = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];

export const npmCheck: Check = {
  group: 'Tools',
  title: 'npm',
  look: async ({ run, env }) => {
    const { exit, stdout } = await run('npm', ['--version']);
    if (exit === 0) return [ok('npm', stdout.trim())];
    return [
      broken('npm', reasonOf(exit), { wanted: 'the npm that comes with Node', mend: installCommand('node', env) }),
    ];
  },
};

export const gitCheck: Check = {
  group: 'Tools',
  title: 'Git',
  look: async ({ run, env }) => {
    const { exit, stdout } = await run('git', ['--version']);
    const version = exit === 0 ? versionIn(stdout) : undefined;
    const wrong = { wanted: `${MINIMUM_GIT} or newer`, mend: installCommand('git', env) };
    if (version === undefined) return [broken('Git', reasonOf(exit), wrong)];
    if (isAtLeast(version, MINIMUM_GIT)) return [ok('Git', version)];
    return [warning('Git', version, { ...wrong, wanted: `${wrong.wanted}, for updates of the template` })];
  },
};

/** Python, and the uv that makes its environments, where a step is written in it. */
export const pythonCheck: Check = {
  group: 'Tools',
  title: 'Python',
  patience: AFTER_PIPELINES,
  look: async (machine) => {
    if (!(await findUses(machine)).python) return [];
    const minimum = pythonMinimum(machine);
    const found = await findPythons(machine);
    const right = found.find(({ version }) => minimum === undefined || isAtLeast(version, minimum));
    if (right) return [ok('Python', `${right.version}, ${right.command}`), await uv(machine, right.command)];
    const wanted = minimum === undefined ? 'for the steps in Python' : `${minimum} or newer, for the steps in Python`;
    const [old] = found;
    const mend = installCommand('python', machine.env);
    return [broken('Python', old ? `${old.version}, ${old.command}` : 'not on the PATH', { wanted, mend })];
  },
};

export const javaCheck: Check = {
  group: 'Tools',
  title: 'Java',
  patience: AFTER_PIPELINES,
  look: async (machine) => {
    if (!(await findUses(machine)).java) return [];
    const minimum = constantIn(machine, 'find-java.ts', /MINIMUM_JAVA = (\d+)/);
    const home = machine.env.JAVA_HOME;
    const { exit, stderr } = await machine.run(home ? join(home, 'bin', 'java') : 'java', ['-version']);
    const version = exit === 0 ? /version "(?:1\.)?([\d.]+)/.exec(stderr)?.[1] : undefined;
    if (version !== undefined && (minimum === undefined || isAtLeast(version, minimum))) return [ok('Java', version)];
    const wanted = `${minimum === undefined ? '' : `${minimum} or newer, `}for the steps on Spark`;
    const found = version ?? (home ? `none in JAVA_HOME, ${home}` : reasonOf(exit));
    return [broken('Java', found, { wanted, mend: installCommand('java', machine.env) })];
  },
};

export const dvcCheck: Check = {
  group: 'Tools',
  title: 'DVC',
  patience: AFTER_PIPELINES,
  look: async (machine) => {
    if (!(await findUses(machine)).dvc) return [];
    const { exit, stdout, stderr } = await machine.run('dvc', ['--version'], { patience: 20 });
    if (exit === 0) return [ok('DVC', versionIn(stdout) ?? stdout.trim())];
    const found = exit === 'missing' ? reasonOf(exit) : (errorMessage(stderr) ?? reasonOf(exit));
    return [
      broken('DVC', found, {
        wanted: 'for the target dvc',
        mend: installCommand('dvc', machine.env),
      }),
    ];
  },
};

export const pulumiCheck: Check = {
  group: 'Tools',
  title: 'Pulumi',
  patience: AFTER_PIPELINES,
  look: async (machine) => {
    if (!(await findUses(machine)).pulumi) return [];
    const { exit, stdout } = await machine.run('pulumi', ['version']);
    if (exit === 0) return [ok('Pulumi', versionIn(stdout) ?? stdout.trim())];
    return [broken('Pulumi', reasonOf(exit), { wanted: 'for infra', mend: installCommand('pulumi', machine.env) })];
  },
};

/** Only who builds images needs it. */
export const dockerCheck: Check = {
  group: 'Tools',
  title: 'Docker',
  look: async ({ folder, run, env }) => {
    if (dockerfilesOf(folder).length === 0) return [];
    const { exit, stdout, stderr } = await run('docker', ['version', '--format', '{{.Server.Version}}']);
    const server = exit === 0 ? versionIn(stdout) : undefined;
    if (server !== undefined) return [ok('Docker', server)];
    if (exit === 'missing')
      return [note('Docker', 'not on the PATH; only images need it', installCommand('docker', env))];
    const said = exit === 'late' ? 'it does not answer' : 'its daemon does not run';
    const start = /permission denied/i.test(stderr) ? 'sudo usermod -aG docker $USER' : startDocker();
    return [note('Docker', `${said}; only images need it`, start)];
  },
};

function startDocker(): string {
  if (process.platform === 'linux') return 'sudo systemctl start docker';
  return process.platform === 'darwin' ? 'open -a Docker' : 'start Docker Desktop';
}

async function findPythons({ run }: Machine): Promise<{ command: string; version: string }[]> {
  const all = await Promise.all(
    PYTHONS.map(async (command) => {
      const { exit, stdout } = await run(command, ['--version']);
      const version = exit === 0 ? /^Python (\d[\d.]*)/.exec(stdout)?.[1] : undefined;
      return version === undefined ? [] : [{ command, version }];
    }),
  );
  return all.flat();
}

/** The one on the PATH, else the platform's own, which Python's `venv` makes on first use. */
async function uv(machine: Machine, python: string): Promise<Finding> {
  const { exit, stdout } = await machine.run('uv', ['--version']);
  if (exit === 0) return ok('uv', versionIn(stdout) ?? stdout.trim());
  const own = constantIn(machine, 'uv.ts', /UV_VERSION = '([\d.]+)'/);
  const venv = await machine.run(python, ['-c', 'import ensurepip, venv']);
  if (venv.exit === 0) return ok('uv', `not on the PATH: the platform's own${own ? `, ${own},` : ''} serves`);
  return broken('uv', `neither on the PATH, nor can ${python} make it: ${errorMessage(venv.stderr)}`, {
    wanted: "uv, or Python's modules venv and ensurepip",
    mend: installCommand('python', machine.env),
  });
}

function pythonMinimum(machine: Machine): string | undefined {
  return constantIn(machine, 'find-python.ts', /MINIMUM = \[(\d+, \d+)\]/)?.replace(', ', '.');
}

/** What the project's own step runner asks for; it alone says so. */
function constantIn({ folder }: Machine, file: string, pattern: RegExp): string | undefined {
  return pattern.exec(readText(join(folder, 'libs/pipeline/src/python', file)) ?? '')?.[1];
}

function reasonOf(exit: number | string): string {
  return exit === 'missing' ? 'not on the PATH' : exit === 'late' ? 'it does not answer' : `it ended with ${exit}`;
}
