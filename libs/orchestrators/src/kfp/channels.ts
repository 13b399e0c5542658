import type { Condition, PipelineDocument } from '@ml-platform/pipeline';
import type { MetricReference } from '../graph.ts';

/** The pipeline's one parameter: an object of overrides, by step. */
export const PARAMS = 'params';

/** Something that one step leaves and others read: an artifact, or a number. */
export interface Channel {
  readonly kind: 'artifacts' | 'parameters';
  /** What those who read it call it; one per channel of a pipeline. */
  readonly name: string;
  readonly producer: string;
  /** What the producer calls it. */
  readonly key: string;
  /** Of an artifact: `system.Dataset`. */
  readonly schema?: string;
}

/** All that a step left, a note that it was skipped included: the key has a character that no output's name has. */
const WHOLE = 'step-artifacts';

/** Version of the artifact types that KFP itself defines. */
export const SCHEMA_VERSION = '0.0.1';

const SCHEMAS: Readonly<Record<string, string>> = {
  parquet: 'system.Dataset',
  csv: 'system.Dataset',
  json: 'system.Dataset',
  directory: 'system.Dataset',
  'onnx-model': 'system.Model',
  metrics: 'system.Metrics',
  report: 'system.HTML',
};

export const ANY_SCHEMA = 'system.Artifact';

export function schemaOf(kind: string): string {
  return SCHEMAS[kind] ?? ANY_SCHEMA;
}

export function outputChannel({ steps }: PipelineDocument, producer: string, key: string): Channel {
  const kind = steps.find(({ name }) => name === producer)?.outputs[key]?.kind ?? '';
  return { kind: 'artifacts', name: `${producer}--${key}`, producer, key, schema: schemaOf(kind) };
}

export function wholeChannel(producer: string): Channel {
  return { kind: 'artifacts', name: `${producer}--${WHOLE}`, producer, key: WHOLE, schema: ANY_SCHEMA };
}

/** A metric's name may hold any character: each besides letters and digits becomes its code. */
export function metricChannel({ step, output, name }: MetricReference): Channel {
  const key = `${output}-${name.replace(/[^a-zA-Z0-9]/gu, (letter) => `_${letter.codePointAt(0)?.toString(16)}_`)}`;
  return { kind: 'parameters', name: `${step}--${key}`, producer: step, key };
}

export function isWhole({ key }: Channel): boolean {
  return key === WHOLE;
}

/** A condition in the Common Expression Language; numbers are written as doubles, which is what metrics are. */
export function expressionOf({ metric, operator, bound }: Condition): string {
  const value = (of: MetricReference) => `inputs.parameter_values['${metricChannel(of).name}']`;
  return `${value(metric)} ${operator} ${typeof bound === 'number' ? double(bound) : value(bound)}`;
}

function double(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
