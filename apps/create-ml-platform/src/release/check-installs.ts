import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { plainEnvironment } from '../testing/packed-command.ts';
import { type Registry, startRegistry } from '../testing/registry.ts';
import type { Finding } from './finding.ts';
import { allNodes, type Node } from './nodes.ts';
import type { Tarball } from './tarball.ts';

const MOST_DEPENDENCIES = 10;
const SECONDS = 1000;

/** Installs the tarball on every Node, from the file and from a registry on this machine, and makes a project each time. */
export async function checkInstalls({ path, manifest }: Tarball): Promise<Finding[]> {
  const nodes = allNodes();
  if (nodes.length === 0) return [finding('other Nodes', 'only tried on Linux, on x64', 'tried', true)];
  const top = mkdtempSync(join(tmpdir(), 'release-'));
  const registry = await startRegistry();
  try {
    registry.publish(path);
    const installed = join(top, 'installed');
    const tree = await install(path, installed);
    const trials: Trial[] = [];
    for (const [index, node] of nodes.entries()) {
      trials.push(await runInstalled(node, installed, join(top, `${index}-installed`)));
      if (node.npm) trials.push(await runByNpx(node, registry, manifest.version, join(top, `${index}-npx`)));
    }
    return [...tree, ...describeTrials(trials)];
  } finally {
    await registry.stop();
    rmSync(top, { recursive: true, force: true });
  }
}

async function install(tarball: string, folder: string): Promise<Finding[]> {
  mkdirSync(folder);
  await execa('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball], { cwd: folder });
  const { packages }: { packages: Record<string, { hasInstallScript?: boolean }> } = JSON.parse(
    readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'),
  );
  const scripts = Object.keys(packages).filter((name) => packages[name]?.hasInstallScript);
  const dependencies = Object.keys(packages).length - 1;
  const most = `at most ${MOST_DEPENDENCIES}`;
  return [
    finding('dependencies, in the whole tree', `${dependencies}`, most, dependencies <= MOST_DEPENDENCIES),
    finding('install scripts', scripts.join(', ') || 'none', 'none', scripts.length === 0),
  ];
}

/** What came of making a project: the hash of all that was committed, or what went wrong. */
interface Trial {
  readonly what: string;
  readonly tree?: string;
  readonly failure?: string;
  readonly seconds: number;
}

function runInstalled(node: Node, installed: string, cwd: string): Promise<Trial> {
  const bin = join(installed, 'node_modules/create-ml-platform/bin/create-ml-platform.cjs');
  return makeProject(`Node ${node.version}`, cwd, { program: node.executable, args: [bin], env: {} });
}

/** npm is a script: it runs on the Node that is first on the PATH. */
function runByNpx(node: Node, { url }: Registry, version: string, cwd: string): Promise<Trial> {
  const env = {
    PATH: `${dirname(node.executable)}${delimiter}${process.env.PATH}`,
    npm_config_registry: url,
    npm_config_cache: join(cwd, '.npm'),
  };
  const args = ['--yes', `create-ml-platform@${version}`];
  return makeProject(`npx on Node ${node.version}`, cwd, { program: 'npx', args, env });
}

interface Call {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

async function makeProject(what: string, cwd: string, { program, args, env }: Call): Promise<Trial> {
  mkdirSync(cwd);
  const options = { cwd, env: plainEnvironment(env), extendEnv: false } as const;
  const start = performance.now();
  try {
    await execa(program, [...args, 'acme', '--yes', '--no-install'], options);
    const seconds = (performance.now() - start) / SECONDS;
    const { stdout } = await execa('git', ['rev-parse', 'HEAD^{tree}'], { ...options, cwd: join(cwd, 'acme') });
    return { what, tree: stdout, seconds };
  } catch (thrown) {
    const failure = thrown instanceof Error ? thrown.message : String(thrown);
    return { what, failure, seconds: (performance.now() - start) / SECONDS };
  }
}

function describeTrials(trials: readonly Trial[]): Finding[] {
  const tree = trials.find((trial) => trial.tree)?.tree;
  return trials.map(({ what, tree: made, failure, seconds }) => {
    const ok = made !== undefined && made === tree;
    const found = failure ?? (ok ? 'makes the project' : 'makes another project');
    return finding(what, `${found}, in ${seconds.toFixed(1)} s`, 'the same project as on every Node', ok);
  });
}

function finding(what: string, found: string, wanted: string, ok: boolean): Finding {
  return { what, found, wanted, ok };
}
