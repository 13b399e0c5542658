import { messageOf, PlatformError } from '@ml-platform/errors';
import type { ColumnSpec, Signature } from '@ml-platform/registry';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { TensorData, TensorRows } from './tensor-data.ts';

type Side = 'inputs' | 'outputs';

export interface OnnxSession {
  /** Runs on the calling thread: a large input holds up the event loop. */
  run(input: TensorRows): Promise<TensorRows>;
  release(): Promise<void>;
}

/**
 * Loads a graph and checks it against the signature.
 *
 * @throws PlatformError `data` where onnxruntime can't load the file, or the graph has other columns than the signature.
 */
export async function openSession(file: string, signature: Signature): Promise<OnnxSession> {
  // It tells its maker about its use unless told not to, before it is loaded.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const ort = await import('onnxruntime-node');
  const session = await create(ort.InferenceSession, file);
  checkColumns(file, 'inputs', signature.inputs, session.inputMetadata);
  checkColumns(file, 'outputs', signature.outputs, session.outputMetadata);
  const fetched = signature.outputs.map(({ name }) => name);
  return {
    async run(input) {
      const fed = signature.inputs.map(({ name, type }, index) => {
        const tensor = new ort.Tensor(type, (input.columns[index] ?? []) as string[], [input.rows, 1]);
        return [name, tensor] as const;
      });
      const result = await session.run(Object.fromEntries(fed), fetched);
      return { rows: input.rows, columns: fetched.map((name) => dataOf(file, name, result[name], input.rows)) };
    },
    release: () => session.release(),
  };
}

async function create(factory: typeof InferenceSession, file: string): Promise<InferenceSession> {
  try {
    // More threads cost more processor time per request than they save; what fails to run is thrown, so not printed too.
    return await factory.create(file, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 4,
    });
  } catch (thrown) {
    throw new PlatformError(`${file}: onnxruntime can't load it: ${messageOf(thrown)}`, {
      code: 'data',
      hint: 'onnxruntime 1.30 takes IR versions up to 13 and opsets up to 26: write the model with an older ir_version and target_opset',
      cause: thrown,
    });
  }
}

function checkColumns(
  file: string,
  side: Side,
  declared: readonly ColumnSpec[],
  graph: readonly InferenceSession.ValueMetadata[],
): void {
  for (const { name, type } of declared) {
    const found = graph.find((value) => value.name === name);
    if (!found) throw differs(file, `has no ${side.slice(0, -1)} "${name}"`, graph);
    const actual = found.isTensor ? found.type : 'not a tensor';
    if (actual !== type) throw differs(file, `has "${name}" as ${actual}, but model.json as ${type}`, graph);
  }
  const more = graph.find((value) => !declared.some(({ name }) => name === value.name));
  if (side === 'inputs' && more) throw differs(file, `has an input "${more.name}" that model.json lacks`, graph);
}

function differs(file: string, what: string, graph: readonly InferenceSession.ValueMetadata[]): PlatformError {
  const columns = graph.map((value) => `${value.name} (${value.isTensor ? value.type : 'not a tensor'})`);
  return new PlatformError(`${file} ${what}`, {
    code: 'data',
    hint: `correct the signature in model.json; the graph has ${columns.join(', ')}`,
  });
}

function dataOf(file: string, name: string, tensor: Tensor | undefined, rows: number): TensorData {
  const data = tensor?.data as TensorData | undefined;
  if (data?.length === rows) return data;
  throw new PlatformError(`${file}: "${name}" has ${data?.length} values for ${rows} rows, expected one per row`, {
    code: 'step',
    hint: 'keep one column per output when the model is converted',
  });
}
