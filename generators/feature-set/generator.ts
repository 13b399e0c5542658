import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import { loadPipeline, RESERVED_NAMES } from '@ml-platform/pipeline';
import type { Tree } from '@nx/devkit';
import { camelCase } from 'change-case';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import type { Plan } from '../engine/plan.ts';
import { renderFolder } from '../engine/render.ts';
import { withDependencies } from '../engine/with-dependencies.ts';
import { findInputs } from '../step/find-inputs.ts';
import { findPipeline, PIPELINE } from '../step/find-pipeline.ts';
import { placeStep } from '../step/place-step.ts';
import { readFrom } from '../step/read-from.ts';
import { refuseClash } from '../step/refuse-clash.ts';

/** As in schema.json. */
export interface FeatureSetOptions extends CommonOptions {
  readonly name: string;
  readonly pipeline?: string;
  readonly after: string;
  /** `customer:BIGINT`. */
  readonly key: string;
  readonly timestamp: string;
  readonly value: string;
}

const FILES = fileURLToPath(new URL('./files', import.meta.url));

/** Two entities by the type of their key: SQL, as a string of TypeScript. */
const KEYS: Readonly<Record<string, readonly [string, string]>> = {
  BOOLEAN: ["'true'", "'false'"],
  VARCHAR: [`"'a'"`, `"'b'"`],
  DATE: [`"DATE '2020-01-01'"`, `"DATE '2020-01-02'"`],
};
const NUMBERS = ["'1'", "'2'"] as const;

/** `nx g feature-set NAME`: what is known of an entity over time, and a step that puts it beside each row. */
export default defineGenerator(planFeatureSet);

async function planFeatureSet(tree: Tree, options: FeatureSetOptions): Promise<Plan> {
  const { name, after, timestamp, value } = options;
  if (RESERVED_NAMES.has(name)) throw taken(name);
  const [key = '', keyType = 'VARCHAR'] = options.key.split(':');
  const { folder, name: project } = findPipeline(tree, options.pipeline);
  const path = `${folder}/${PIPELINE}`;
  const { inputs, table } = findInputs(await loadPipeline(resolve(tree.root, path)), 'transform', after);
  if (table?.kind !== 'parquet') throw noParquet(after);
  const keys = KEYS[keyType] ?? NUMBERS;
  const own = renderFolder(FILES, { name, key, keyType, timestamp, value, table, keys });
  refuseClash(name, own);
  const text = tree.read(path, 'utf8') ?? '';
  const reads = Object.entries(inputs).map(([input, output]) => [
    input,
    readFrom(output, resolve(tree.root, folder, 'src')),
  ]);
  const module = `./steps/${name}.ts`;
  const placed = placeStep(text, { path, exported: camelCase(name), module, inputs: Object.fromEntries(reads) });
  return {
    files: inFolder(`${folder}/src`, own),
    edits: new Map([
      [`${folder}/package.json`, (manifest: string) => withDependencies(manifest, ['features'])],
      [path, () => placed],
    ]),
    isThere: placed === text,
    installs: true,
    next: [`npx nx run ${project}:${name}`, `npx nx test ${project}`],
  };
}

function taken(name: string): PlatformError {
  return new PlatformError(`the name '${name}' is taken: it is a target of every project, or a word of Nx`, {
    code: 'usage',
    hint: `name it after what it tells, such as 'customer-${name}'`,
  });
}

function noParquet(after: string): PlatformError {
  return new PlatformError(`step '${after}' leaves no table of Parquet, which features are made of`, {
    code: 'config',
    hint: 'let a step make one of it first: npx nx g step rows --after STEP',
  });
}
