import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT_CODES, messageOf, PlatformError } from '@ml-platform/errors';
import { bundleCommand } from '../pack/bundle.ts';
import { pack } from '../pack/pack.ts';
import { checkChangesets } from './changeset-check.ts';
import { checkInstalls } from './check-installs.ts';
import { checkPackage } from './check-package.ts';
import { describeFindings } from './finding.ts';
import { publish } from './publish.ts';
import { openTarball } from './tarball.ts';
import { APP } from './version.ts';

export const RELEASE_HELP = `The release of create-ml-platform.

  npm run release:changeset -- --base REF   asks for a changeset where something changed that users get
  npm run release:version                   takes the changesets into a version and its changelog; then commit
  npm run release:check                     packs, and tries the package on every Node, and by npx
  npm run release:publish                   publishes the version of the tree once, and tags the commit

  --base main     changeset: the branch that this one left
  --quick         check: what the tarball alone tells, without installing it
  --provenance    publish: npm signs where it was built
  --dry-run       publish: all but the last step
  --json          prints the result as one line of JSON
  --debug         prints stacks with errors
  --help          prints this

Exit codes: 0 all is well, 2 wrong usage, 3 a changeset is wrong, 5 npm fails, 8 a changeset is missing or the package is wrong.
`;

/** The command line: `changeset`, `check` or `publish`. */
export async function release(repository: string, args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const [name, ...rest] = positionals;
  if (values.help || name === undefined) return void process.stdout.write(RELEASE_HELP);
  const command = rest.length === 0 ? COMMANDS[name] : undefined;
  if (!command) throw usage(`'${positionals.join(' ')}' is none of ${Object.keys(COMMANDS).join(', ')}`);
  const { result, text } = await command(repository, values);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : text);
}

interface Output {
  readonly result: unknown;
  readonly text: string;
}

const COMMANDS: Readonly<Record<string, (repository: string, options: Options) => Promise<Output>>> = {
  changeset: async (repository, { base = 'main' }) => {
    const result = checkChangesets(repository, base, await bundledModules(repository));
    return { result, text: `${describeCheck(result)}\n` };
  },
  check: async (repository, { quick = false }) => {
    const tarball = openTarball(await pack(repository));
    const findings = [...(await checkPackage(tarball)), ...(quick ? [] : await checkInstalls(tarball))];
    if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT_CODES.step;
    return { result: { tarball: tarball.path, findings }, text: describeFindings(findings) };
  },
  publish: async (repository, { provenance = false, 'dry-run': dryRun = false }) => {
    const result = await publish(repository, { provenance, dryRun });
    const done = dryRun ? 'would be published' : result.published ? 'is published' : 'was published before';
    return { result, text: `create-ml-platform ${result.version} ${done}\ntag: ${result.tag}\n` };
  },
};

function describeCheck({ shipped, changesets, isRelease }: ReturnType<typeof checkChangesets>): string {
  if (isRelease) return 'this is a release';
  if (shipped.length === 0) return 'users get nothing of what changed here';
  return `${changesets.join(', ')} speaks of ${shipped.length} changed files that users get`;
}

/** Paths in the repository of what is bundled into the command. */
async function bundledModules(repository: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bundled-'));
  try {
    const modules = await bundleCommand(join(repository, APP, 'src/main.ts'), folder);
    return modules.map((path) => relative(repository, path).split(sep).join('/'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Options = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const common = { json: flag, debug: flag, help: flag } as const;
  const options = {
    ...common,
    base: { type: 'string' },
    quick: flag,
    provenance: flag,
    'dry-run': flag,
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    throw usage(messageOf(thrown));
  }
}

function usage(message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: 'npm run release:check -- --help' });
}
