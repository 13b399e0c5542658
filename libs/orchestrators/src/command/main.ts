import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { COMMON_OPTIONS, needed, placeOf, readFeatures, readOptions } from './options.ts';
import { hasSubmit } from './settings-file.ts';
import { TARGETS, targetOf } from './targets.ts';

const HELP = `compile: a pipeline in the words of an engine

  npx nx run PIPELINE:compile --target NAME [--out FOLDER] [--env NAME] [--without FEATURE,…]

  --target NAME        ${Object.keys(TARGETS).join(', ')}
  --out FOLDER         where the files go; the project's folder unless given
  --env NAME           reads targets.NAME.yaml over targets.yaml
  --without FEATURES   what the pipeline asks for and may be left out, where the engine can't do it
  --at FOLDER          the workspace's folder on the machines that run the steps; this machine's unless given
  --pipeline FILE      the file whose default export is the pipeline; Nx fills it in
  --json               prints the paths of the files as one line of JSON
  --debug              prints stacks with errors
  --help               prints this
`;

const OPTIONS = {
  ...COMMON_OPTIONS,
  out: { type: 'string' },
  env: { type: 'string' },
  without: { type: 'string' },
  at: { type: 'string' },
} as const;

/** The command line of {@link TARGETS}. */
export async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions('compile', argv, OPTIONS);
  if (options.help) return void process.stdout.write(HELP);
  const { pipeline, target } = needed('compile', options);
  const { compile, engine } = targetOf(target);
  const place = await placeOf(pipeline, options);
  const files = compile(place, { without: readFeatures(options.without) });
  // Opened, not asked: a slip in what starts runs is found now, not when the first one is to start.
  if (hasSubmit(place, target)) await engine(place);
  const paths = [...files].map(([path, text]) => write(resolve(options.out ?? place.project, path), text));
  process.stdout.write(options.json ? `${JSON.stringify({ files: paths })}\n` : `${paths.join('\n')}\n`);
}

/** The file appears whole. */
function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  const staged = `${path}.tmp-${process.pid}`;
  writeFileSync(staged, text);
  renameSync(staged, path);
  return path;
}
