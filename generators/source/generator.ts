import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import { RESERVED_NAMES, withParams } from '@ml-platform/pipeline';
import type { Tree } from '@nx/devkit';
import { camelCase, constantCase } from 'change-case';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import type { Plan } from '../engine/plan.ts';
import { renderFolder } from '../engine/render.ts';
import { withDependencies } from '../engine/with-dependencies.ts';
import { findPipeline, PIPELINE } from '../step/find-pipeline.ts';
import { placeStep } from '../step/place-step.ts';
import { refuseClash } from '../step/refuse-clash.ts';
import { type ColumnOptions, type Shape, shapeOf } from './columns.ts';
import { samplesOf } from './samples.ts';

type From = 'files' | 'http' | 'postgres' | 'mysql' | 'sqlite' | 'kafka';

/** As in schema.json. */
export interface SourceOptions extends CommonOptions, ColumnOptions {
  readonly name: string;
  readonly pipeline?: string;
  readonly from: From;
  readonly location?: string;
}

const FILES = fileURLToPath(new URL('./files', import.meta.url));

/** What a source's module imports, and by which parameter its step is told where to look. */
const KINDS: Readonly<
  Record<From, { readonly imports: readonly string[]; readonly parameter?: string; readonly call: string }>
> = {
  files: { imports: ['filesSource', 'type Source'], parameter: 'files', call: 'params.files, from' },
  http: { imports: ['cursorPages', 'httpSource', 'type Source'], parameter: 'url', call: 'params.url' },
  postgres: { imports: ['postgresSource', 'type Source'], call: '' },
  mysql: { imports: ['mysqlSource', 'type Source'], call: '' },
  sqlite: { imports: ['sqliteSource', 'type Source'], parameter: 'file', call: 'resolve(from, params.file)' },
  kafka: { imports: ['kafkaStream', 'type StreamSource'], parameter: 'brokers', call: 'params.brokers, params.topic' },
};

/** `nx g source NAME`: what the rows of a source are, and a step that brings what is new into the lake. */
export default defineGenerator(planSource);

async function planSource(tree: Tree, options: SourceOptions): Promise<Plan> {
  const { name, from } = options;
  if (RESERVED_NAMES.has(name))
    throw usage(`the name '${name}' is taken: it is a target of every project`, `name it '${name}-rows'`);
  const { folder, name: project } = findPipeline(tree, options.pipeline);
  const location = locationOf(options);
  const files =
    from === 'files' && location !== undefined && !location.includes('://') ? resolve(tree.root, location) : undefined;
  const shape = await shapeOf(options, files);
  const own = sourceFiles({ name, project, from }, shape);
  refuseClash(name, own);
  const path = `${folder}/${PIPELINE}`;
  const text = tree.read(path, 'utf8') ?? '';
  const placed = placeStep(text, { path, exported: camelCase(name), module: `./steps/${name}.ts`, inputs: {} });
  const { parameter } = KINDS[from];
  const params = parameter !== undefined && location !== undefined ? { [parameter]: location } : {};
  return {
    files: inFolder(`${folder}/src`, own),
    edits: new Map([
      [`${folder}/package.json`, (manifest) => withDependencies(manifest, ['ingestion'])],
      [`${folder}/params.yaml`, (yaml: string) => withParams(yaml, name, params)],
      [path, () => placed],
    ]),
    isThere: placed === text,
    installs: true,
    next: [`npx nx run ${project}:${name}`, `npx nx test ${project}`],
  };
}

function locationOf({ name, from, location }: SourceOptions): string | undefined {
  const isElsewhere = KINDS[from].parameter === undefined;
  if (isElsewhere && location !== undefined)
    throw usage(
      `--location is not for ${from}: its address may hold a password`,
      `leave it out, and set ${constantCase(name)}_URL`,
    );
  if (isElsewhere || location !== undefined) return location;
  throw usage(`where ${name} is read from is not said`, `--location, with ${EXAMPLES[from]}`);
}

const EXAMPLES: Readonly<Record<From, string>> = {
  files: "a pattern, as 'data/orders/*.csv'",
  http: 'an address, as https://api.example.com/v1/orders',
  sqlite: 'a file, as data/shop.db',
  kafka: 'a broker, as localhost:9092',
  postgres: '',
  mysql: '',
};

/** The files of a source, by their path in `src`. */
function sourceFiles(form: { readonly name: string; readonly project: string; readonly from: From }, shape: Shape) {
  const { from } = form;
  const { imports, call } = KINDS[from];
  const { columns, key, watermark } = shape;
  const isDatabase = from === 'postgres' || from === 'mysql';
  return renderFolder(FILES, {
    ...form,
    bad: '',
    ...samplesOf(shape),
    imports: [...imports, 'defineTable'].sort(byName).join(', '),
    arguments: call,
    columns: columns.map(({ name, type }) => `${quotedIfNeeded(name)}: '${type}',`).join('\n'),
    key: key.map((name) => `'${name}'`).join(', '),
    watermark: watermark ?? '',
    names: [...key, ...columns.map(({ name }) => name).filter((name) => !key.includes(name))].join(', '),
    keyNames: key.join(', '),
    keyCount: key.length,
    marks: columns.map(() => '?').join(', '),
    isDatabase,
    isElsewhere: isDatabase || from === 'kafka',
    readsFiles: isDatabase || from === 'files',
  });
}

/** As the formatter has it: whatever `type` stands before a name. */
function byName(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.replace('type ', ''));
  return (a ?? '').localeCompare(b ?? '');
}

function quotedIfNeeded(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
}

function usage(message: string, hint: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint });
}
