import { resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { loadPipeline, RESERVED_NAMES, withParams } from '@ml-platform/pipeline';
import type { Tree } from '@nx/devkit';
import { camelCase } from 'change-case';
import { type CommonOptions, defineGenerator } from '../engine/define-generator.ts';
import { inFolder } from '../engine/in-folder.ts';
import type { Plan } from '../engine/plan.ts';
import { sourceOf } from '../engine/source-of.ts';
import { withDependencies } from '../engine/with-dependencies.ts';
import { findPipeline, PIPELINE } from './find-pipeline.ts';
import { type Found, findInputs } from './find-inputs.ts';
import { type Placement, placeStep, type Source } from './place-step.ts';
import { readFrom } from './read-from.ts';
import {
  gateFile,
  type Language,
  librariesOf,
  pythonPackagesOf,
  type StepForm,
  type StepKind,
  stepFiles,
} from './step-files.ts';
import { readyLock } from './ready-lock.ts';
import { refuseClash } from './refuse-clash.ts';
import { withRequirements } from './with-requirements.ts';

/** As in schema.json. */
export interface StepOptions extends CommonOptions {
  readonly name: string;
  readonly pipeline?: string;
  readonly after?: string;
  readonly kind: StepKind;
  readonly language?: Language;
  readonly data?: string;
  readonly target?: string;
}

/** `nx g step NAME`: a step's definition, code and test, and its place in the pipeline. */
export default defineGenerator(planStep);

async function planStep(tree: Tree, options: StepOptions): Promise<Plan> {
  const { name, after = '', kind } = options;
  if (RESERVED_NAMES.has(name)) throw taken(name);
  const language = languageOf(options);
  refusePointless(options);
  const { folder, name: project } = findPipeline(tree, options.pipeline);
  const path = `${folder}/${PIPELINE}`;
  const pipeline = await loadPipeline(resolve(tree.root, path));
  if (after === '' && kind !== 'ingest') throw needsSource(options);
  const found: Found = kind === 'ingest' ? { inputs: {} } : findInputs(pipeline, kind, after);
  const form = { name, kind, language, model: project };
  const text = tree.read(path, 'utf8') ?? '';
  const placed = placeStep(text, placementOf(form, found, path, resolve(tree.root, folder, 'src')));
  const own = stepFiles(form, found.table, found.metrics);
  refuseClash(name, own);
  const packages = pythonPackagesOf(form);
  const params = paramsOf(options, tree.root, folder);
  return {
    files: new Map([...inFolder(`${folder}/src/steps`, own), ...inFolder(folder, gateOf(tree, folder, form, found))]),
    edits: new Map([
      [`${folder}/package.json`, (manifest) => withDependencies(manifest, librariesOf(kind))],
      ...(packages.length > 0 ? requirementsEdits(tree, folder, packages) : []),
      ...(params ? [paramsEdit(folder, name, params)] : []),
      [path, () => placed],
    ]),
    isThere: placed === text,
    installs: true,
    ...(packages.length > 0 && { locks: folder }),
    next: [`npx nx run ${project}:${name}`, `npx nx test ${project}`],
  };
}

/** By kind, the first one being the one that it has unless another is asked for. */
const LANGUAGES: Readonly<Record<StepKind, readonly [Language, ...Language[]]>> = {
  ingest: ['typescript', 'python'],
  transform: ['typescript', 'python'],
  check: ['typescript', 'python'],
  train: ['python'],
  evaluate: ['typescript', 'python'],
  register: ['typescript'],
};

function languageOf({ kind, language }: StepOptions): Language {
  const languages = LANGUAGES[kind];
  const found = language === undefined ? languages[0] : languages.find((one) => one === language);
  if (found) return found;
  throw new PlatformError(`a step of kind '${kind}' is in ${languages.join(' or ')}, not in ${language}`, {
    code: 'usage',
    hint: `leave --language out, or say --language ${languages[0]}`,
  });
}

function placementOf({ name }: StepForm, { inputs, gate }: Found, path: string, folder: string): Placement {
  const entries = Object.entries(inputs).map(([input, output]): [string, Source] => [input, readFrom(output, folder)]);
  return {
    path,
    exported: camelCase(name),
    module: `./steps/${name}.ts`,
    inputs: Object.fromEntries(entries),
    ...(gate && { gate: { metrics: readFrom(gate, folder), metric: gate.metric } }),
  };
}

/** A pipeline's gate is the team's own once it is there. */
function gateOf(tree: Tree, folder: string, form: StepForm, { gate }: Found): Map<string, string> {
  return gate === undefined || tree.exists(`${folder}/gate.yaml`) ? new Map() : gateFile(form);
}

/** What has to stand in params.yaml before the step can run; of one whose defaults all hold, a section for DVC to watch. */
function paramsOf(
  { name, kind, data, target }: StepOptions,
  root: string,
  folder: string,
): Readonly<Record<string, string>> | undefined {
  if (kind === 'ingest' && data !== undefined) return { source: sourceOf(root, folder, data) };
  if (kind === 'check' || kind === 'register') return {};
  if (kind !== 'train') return undefined;
  if (target !== undefined) return { target };
  throw new PlatformError(`a step of kind 'train' predicts a column, and --target names none`, {
    code: 'usage',
    hint: `npx nx g step ${name} --kind train --after STEP --target COLUMN`,
  });
}

function paramsEdit(
  folder: string,
  step: string,
  values: Readonly<Record<string, string>>,
): [string, (text: string) => string] {
  return [`${folder}/params.yaml`, (text) => withParams(text, step, values)];
}

/** Options that say nothing to a step of a kind are a misunderstanding. */
function refusePointless({ kind, data, target }: StepOptions): void {
  const [option, wanted] = kind !== 'ingest' && data !== undefined ? ['--data', 'ingest'] : ['--target', 'train'];
  if ((kind === 'ingest' || data === undefined) && (kind === 'train' || target === undefined)) return;
  throw new PlatformError(`${option} is for a step of kind '${wanted}', and this one is of kind '${kind}'`, {
    code: 'usage',
    hint: `leave ${option} out, or say --kind ${wanted}`,
  });
}

function requirementsEdits(
  tree: Tree,
  folder: string,
  packages: readonly string[],
): [string, (text: string) => string][] {
  const [source, lock] = [`${folder}/requirements.in`, `${folder}/requirements.txt`];
  const requirements = withRequirements(tree.read(source, 'utf8') ?? '', packages);
  const ready = readyLock(requirements, tree.read(lock, 'utf8') ?? undefined);
  const edits: [string, () => string][] = [[source, () => requirements]];
  return ready === undefined ? edits : [...edits, [lock, () => ready]];
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
