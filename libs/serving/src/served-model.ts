import path from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { type ModelManifest, readModelManifest } from '@ml-platform/registry';
import { decodeOutput, type Prediction } from './decode-output.ts';
import { type Columns, encodeInput, type Row } from './encode-input.ts';
import { microBatch, type RunRows } from './micro-batch.ts';
import { type OnnxSession, openSession } from './onnx-session.ts';
import { runInParts } from './run-in-parts.ts';

export interface ServedModel {
  readonly manifest: ModelManifest;
  /**
   * @throws PlatformError `data` where the input doesn't fit the signature: see `encodeInput`; `step` where the model
   * fails on input that does.
   */
  predict(input: Columns | readonly Row[]): Promise<Prediction>;
  close(): Promise<void>;
}

export interface LoadOptions {
  /** Join small requests of one turn of the event loop; true unless given. */
  readonly microBatch?: boolean;
}

/**
 * Loads a model folder and runs its example row once, so that the first request is as quick as the next.
 *
 * @throws PlatformError `notFound` or `data` where the folder isn't a model that can be served.
 */
export async function loadModel(folder: string, options: LoadOptions = {}): Promise<ServedModel> {
  const manifest = await readModelManifest(folder);
  const session = await openSession(path.join(folder, 'model.onnx'), manifest.signature);
  const model = serve(manifest, session, options);
  try {
    await model.predict([manifest.example]);
  } catch (thrown) {
    await session.release();
    throw exampleFails(folder, thrown);
  }
  return model;
}

function serve(manifest: ModelManifest, session: OnnxSession, { microBatch: joined = true }: LoadOptions): ServedModel {
  const { inputs, outputs } = manifest.signature;
  const run: RunRows = runInParts((input) => session.run(input).catch(rethrowAsFailure));
  const runJoined = joined ? microBatch(run) : run;
  return {
    manifest,
    predict: async (input) => decodeOutput(outputs, await runJoined(encodeInput(inputs, input))),
    close: () => session.release(),
  };
}

function rethrowAsFailure(thrown: unknown): never {
  if (thrown instanceof PlatformError) throw thrown;
  throw new PlatformError(`the model failed: ${messageOf(thrown)}`, {
    code: 'step',
    hint: 'compare the request with the example row in model.json',
    cause: thrown,
  });
}

function exampleFails(folder: string, thrown: unknown): PlatformError {
  return new PlatformError(
    `${path.join(folder, 'model.json')}: the example row can't be predicted: ${messageOf(thrown)}`,
    {
      code: 'data',
      hint: thrown instanceof PlatformError ? thrown.hint : 'correct the example, or the model',
      cause: thrown,
    },
  );
}
