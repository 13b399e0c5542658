import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, PlatformError, suggest } from '@ml-platform/errors';
import { loadPipeline, projectRoot, toDocument, workspaceRoot } from '@ml-platform/pipeline';
import { FEATURES, type Feature } from '../features.ts';
import { TARGET_VARIABLE } from './target-variable.ts';
import { TARGETS } from './targets.ts';

const HELP = `compile: a pipeline in the words of an engine

  npx nx run PIPELINE:compile --target NAME [--out FOLDER] [--without FEATURE,…]

  --target NAME        ${Object.keys(TARGETS).join(', ')}
  --out FOLDER         where the files go; the project's folder unless given
  --without FEATURES   what the pipeline asks for and may be left out, where the engine can't do it
  --at FOLDER          the workspace's folder on the machines that run the steps; this machine's unless given
  --pipeline FILE      the file whose default export is the pipeline; Nx fills it in
  --json               prints the paths of the files as one line of JSON
  --debug              prints stacks with errors
  --help               prints this
`;

/** The command line of {@link TARGETS}. */
export async function main(argv: readonly string[]): Promise<void> {
  const options = read(argv);
  if (options.help) return void process.stdout.write(HELP);
  const target = options.target ?? process.env[TARGET_VARIABLE] ?? '';
  if (options.pipeline === undefined || target === '') throw usage('--target is needed');
  const compileHere = TARGETS[target];
  if (compileHere === undefined) {
    throw new PlatformError(`there is no target '${target}'`, {
      code: 'usage',
      hint: suggest(target, Object.keys(TARGETS), 'targets'),
    });
  }
  const pipeline = await loadPipeline(options.pipeline);
  const project = projectRoot(pipeline);
  const place = {
    document: toDocument(pipeline),
    project,
    workspace: workspaceRoot(project),
    ...(options.at !== undefined && { at: options.at }),
  };
  const files = compileHere(place, { without: readFeatures(options.without) });
  const paths = [...files].map(([path, text]) => write(resolve(options.out ?? project, path), text));
  process.stdout.write(options.json ? `${JSON.stringify({ files: paths })}\n` : `${paths.join('\n')}\n`);
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        pipeline: { type: 'string' },
        target: { type: 'string' },
        out: { type: 'string' },
        without: { type: 'string' },
        at: { type: 'string' },
        json: { type: 'boolean' },
        debug: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (thrown) {
    throw usage(messageOf(thrown));
  }
}

function readFeatures(text = ''): Feature[] {
  const names = text.split(',').filter((name) => name !== '');
  return names.map((name) => {
    const feature = FEATURES.find((known) => known === name);
    if (feature !== undefined) return feature;
    throw new PlatformError(`there is no feature '${name}'`, {
      code: 'usage',
      hint: suggest(name, FEATURES, 'features'),
    });
  });
}

/** The file appears whole. */
function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  const staged = `${path}.tmp-${process.pid}`;
  writeFileSync(staged, text);
  renameSync(staged, path);
  return path;
}

function usage(message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: 'npx nx run PIPELINE:compile --help' });
}
