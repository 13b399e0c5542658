import { fileURLToPath } from 'node:url';
import { renderFolder } from '../engine/render.ts';
import { type Found, TABLE_KINDS } from './find-inputs.ts';

const FILES = fileURLToPath(new URL('./files', import.meta.url));

/** What a step does. */
export type StepKind = 'ingest' | 'transform' | 'check' | 'train' | 'evaluate' | 'register';

export type Language = 'typescript' | 'python';

export interface StepForm {
  readonly name: string;
  readonly kind: StepKind;
  readonly language: Language;
  /** What the model is called in the registry. */
  readonly model: string;
}

/** What a definition imports beside `defineStep`, and the type of the table that the step reads. */
const IMPORTS: Readonly<Record<StepKind, readonly string[]>> = {
  ingest: ['file', 'parquet'],
  transform: ['parquet'],
  check: ['metrics', 'parquet'],
  train: ['metrics', 'onnxModel', 'parquet'],
  evaluate: ['metrics', 'onnxModel'],
  register: ['json', 'onnxModel'],
};

/** Packages of the workspace that a kind uses beside what every step does. */
const LIBRARIES: Readonly<Record<StepKind, readonly string[]>> = {
  ingest: [],
  transform: [],
  check: [],
  train: ['serving'],
  evaluate: ['serving'],
  register: ['registry'],
};

/** Python packages that a kind imports. */
const PYTHON: Readonly<Record<StepKind, readonly string[]>> = {
  ingest: ['duckdb'],
  transform: ['duckdb'],
  check: ['duckdb'],
  train: ['duckdb', 'numpy', 'onnx', 'onnxruntime', 'pandas', 'scikit-learn', 'skl2onnx'],
  evaluate: ['duckdb', 'numpy', 'onnxruntime', 'pandas'],
  register: [],
};

/** The files of a step, by their names. */
export function stepFiles(form: StepForm, table?: Found['table'], metrics: Found['metrics'] = []): Map<string, string> {
  const { name, kind, language, model } = form;
  const extras = [
    ...(table ? [table.kind] : []),
    ...(metrics.length > 0 ? ['metrics'] : []),
    ...(language === 'python' ? ['python'] : []),
  ];
  const imports = [...new Set(['defineStep', ...IMPORTS[kind], ...extras])].sort().join(', ');
  const code = language === 'python' ? `python('${name}.run.py')` : `() => import('./${name}.run.ts')`;
  const read = table && { table: table.name, type: table.kind, extension: table.kind, ...TABLE_KINDS[table.kind] };
  const names = metrics.map((one) => `'${one}'`).join(', ');
  const values = { name, model, imports, code, metrics: names, ...read };
  return new Map(['definition', language].flatMap((folder) => [...renderFolder(`${FILES}/${folder}/${kind}`, values)]));
}

/** What a model that is registered has to be before it becomes the champion, in the project's folder. */
export function gateFile({ model }: StepForm): Map<string, string> {
  return renderFolder(`${FILES}/gate`, { model });
}

/** What package.json has to name for a step of a kind. */
export function librariesOf(kind: StepKind): readonly string[] {
  return LIBRARIES[kind];
}

/** What requirements.in has to name. */
export function pythonPackagesOf({ kind, language }: StepForm): readonly string[] {
  return language === 'python' ? PYTHON[kind] : [];
}
