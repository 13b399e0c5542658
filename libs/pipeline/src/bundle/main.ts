import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { workspaceRoot } from '../workspace/workspace-root.ts';
import { bundle } from './bundle.ts';

const HELP = `bundle: writes a project as a folder that a container image is built of

  bundle PROJECT [--out FOLDER]

  PROJECT       the folder of a pipeline or an application: apps/flight-delays
  --out FOLDER  what is written, and replaced where it is there; dist/images/NAME unless given
  --debug       prints the stack of an error
  --help        prints this
`;

/** The command line of {@link bundle}. */
export async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parse(argv);
  if (values.help) return void process.stdout.write(HELP);
  const [named, ...others] = positionals;
  if (named === undefined || others.length > 0) throw usage('one project is needed');
  const project = resolve(named);
  const workspace = workspaceRoot(project);
  const folder = resolve(values.out ?? join(workspace, 'dist/images', basename(project)));
  const { packages } = await bundle(project, workspace, folder);
  process.stdout.write(`${relative('', folder)}; to be installed in the image: ${packages.join(', ') || 'nothing'}\n`);
}

function parse(argv: readonly string[]) {
  try {
    const options = { out: { type: 'string' }, debug: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (cause) {
    throw usage(messageOf(cause), cause);
  }
}

function usage(message: string, cause?: unknown): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: 'bundle --help', cause });
}
