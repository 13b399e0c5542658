import { posix, relative, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { loadPipeline, type PlacedStep, RESERVED_NAMES } from '@ml-platform/pipeline';
import type { Tree } from '@nx/devkit';
import { camelCase } from 'change-case';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import type { Plan } from '../engine/plan.ts';
import { withDependencies } from '../engine/with-dependencies.ts';
import { findPipeline, PIPELINE } from './find-pipeline.ts';
import { findTable, type Table } from './find-table.ts';
import type { Addition, PipelineSource } from './pipeline-source.ts';
import { placeStep, type Source } from './place-step.ts';
import { type StepKind, stepFiles } from './step-files.ts';

/** As in schema.json. */
export interface StepOptions extends CommonOptions {
  readonly name: string;
  readonly pipeline?: string;
  readonly after?: string;
  readonly kind: StepKind;
}

/** `nx g step NAME`: a step's definition, code and test, and its place in the pipeline. */
export default defineGenerator(planStep);

async function planStep(tree: Tree, options: StepOptions): Promise<Plan> {
  const { name, after, kind } = options;
  if (RESERVED_NAMES.has(name)) throw taken(name);
  const { folder, name: project } = findPipeline(tree, options.pipeline);
  const path = `${folder}/${PIPELINE}`;
  const pipeline = await loadPipeline(resolve(tree.root, path));
  if ((after ?? '') === '' && kind !== 'ingest') throw needsSource(options);
  const table = kind === 'ingest' ? undefined : findTable(pipeline, after ?? '');
  const module = `./steps/${name}.ts`;
  const files = inFolder(`${folder}/src/steps`, stepFiles(options, table));
  const placement = {
    path,
    exported: camelCase(name),
    module,
    inputs: table ? { [table.output]: sourceOf(table, resolve(tree.root, folder, 'src')) } : {},
  };
  const text = tree.read(path, 'utf8') ?? '';
  const placed = placeStep(text, placement);
  return {
    files,
    edits: new Map([
      [`${folder}/package.json`, withDependencies],
      [path, () => placed],
    ]),
    isThere: placed === text,
    installs: true,
    next: [`npx nx run ${project}:${name}`, `npx nx test ${project}`],
  };
}

function taken(name: string): PlatformError {
  return new PlatformError(`step name '${name}' is taken: it is a target of every project, or a word of Nx`, {
    code: 'usage',
    hint: `name it after what it does, such as '${name}-rows'`,
  });
}

function needsSource({ kind, name }: StepOptions): PlatformError {
  return new PlatformError(`a step of kind '${kind}' reads what another one leaves, and --after names none`, {
    code: 'usage',
    hint: `npx nx g step ${name} --after STEP; or --kind ingest, which reads a file`,
  });
}

/** A step is known by its module, and where this defines several, by its name. */
function sourceOf({ step, output }: Table, folder: string): Source {
  return {
    step: step.name,
    output,
    isIt: (addition, imports) =>
      addition.name === step.name || (isUnnamed(step, addition) && isFrom(step, addition, imports, folder)),
  };
}

function isUnnamed({ name, step }: PlacedStep, addition: Addition): boolean {
  return addition.name === undefined && name === step.name;
}

function isFrom({ step }: PlacedStep, addition: Addition, imports: PipelineSource['imports'], folder: string): boolean {
  const specifier = imports.get(addition.step);
  const defined = relative(folder, step.definedIn).replaceAll('\\', '/');
  const isHere = specifier === undefined && defined === 'pipeline.ts';
  const isThere = specifier !== undefined && posix.normalize(specifier) === defined;
  return isThere || (isHere && addition.step === camelCase(step.name));
}
