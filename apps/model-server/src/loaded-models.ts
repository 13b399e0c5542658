import { stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { hashFolder } from '@ml-platform/registry';
import type { PredictionLog, ServedModel } from '@ml-platform/serving';
import { withStatus } from './error-response.ts';
import { logPredictionsOf } from './log-predictions.ts';
import type { ServedVersion } from './served-version.ts';

export interface LoadedModelsOptions {
  /** Bytes of memory that the process may still take; what the machine or the container has left, unless given. */
  readonly availableMemory?: () => number;
  /** Where predictions are kept. */
  readonly log?: PredictionLog;
}

export interface ModelPlace {
  /** What SageMaker calls the model: a hash. */
  readonly modelName: string;
  /** Its folder. */
  readonly modelUrl: string;
}

export interface LoadedModels {
  /**
   * @param title what the model is called in answers.
   * @throws PlatformError with status 409 where the model is loaded or being loaded, 507 where memory doesn't suffice;
   * `notFound` or `data` where the folder isn't a model that can be served.
   */
  load(place: ModelPlace, title: string): Promise<void>;
  list(): readonly ModelPlace[];
  /** @throws PlatformError `notFound` where the model isn't loaded. */
  place(modelName: string): ModelPlace;
  /** Runs `work` with a model, which stays open until it ends. Throws as `place` does. */
  use<T>(modelName: string, work: (served: ServedVersion) => Promise<T>): Promise<T>;
  /** Takes no more requests for a model, and closes it after those in flight. Throws as `place` does. */
  unload(modelName: string): Promise<void>;
  close(): Promise<void>;
}

interface Loaded extends ModelPlace {
  readonly served: ServedVersion;
  readonly inFlight: Set<Promise<unknown>>;
}

/** While a model is loaded, onnxruntime holds its file beside what it makes of it; and it works with some memory. */
const MEMORY_PER_BYTE = 2;
const WORKING_MEMORY = 32 * 1024 * 1024;

/** Models that are loaded and unloaded while the server runs. */
export function loadedModels(
  loadModel: (folder: string) => Promise<ServedModel>,
  { availableMemory = () => process.availableMemory(), log }: LoadedModelsOptions = {},
): LoadedModels {
  const loaded = new Map<string, Loaded>();
  const loading = new Set<string>();

  const find = (modelName: string): Loaded => {
    const model = loaded.get(modelName);
    if (model) return model;
    throw new PlatformError(`the model "${modelName}" isn't loaded`, { code: 'notFound', hint: 'POST it to /models' });
  };
  const unload = async (modelName: string) => {
    const { served, inFlight } = find(modelName);
    loaded.delete(modelName);
    await Promise.allSettled(inFlight);
    await served.model.close();
  };

  return {
    async load({ modelName, modelUrl }, title) {
      if (loaded.has(modelName) || loading.has(modelName)) throw isLoaded(modelName);
      loading.add(modelName);
      try {
        await checkMemory(modelUrl, availableMemory());
        const model = await loadModel(modelUrl).catch(rethrowMemory);
        const served = { name: title, version: (await hashFolder(modelUrl)).slice(0, 12), model };
        const logged = log ? logPredictionsOf(served, log) : served;
        loaded.set(modelName, { modelName, modelUrl, served: logged, inFlight: new Set() });
      } finally {
        loading.delete(modelName);
      }
    },
    list: () => [...loaded.values()].map(placeOf),
    place: (modelName) => placeOf(find(modelName)),
    async use(modelName, work) {
      const { served, inFlight } = find(modelName);
      const result = work(served);
      inFlight.add(result);
      try {
        return await result;
      } finally {
        inFlight.delete(result);
      }
    },
    unload,
    close: async () => void (await Promise.all([...loaded.keys()].map(unload))),
  };
}

function placeOf({ modelName, modelUrl }: ModelPlace): ModelPlace {
  return { modelName, modelUrl };
}

function isLoaded(modelName: string): PlatformError {
  const hint = 'DELETE it first to load it anew';
  return withStatus(409, new PlatformError(`the model "${modelName}" is loaded already`, { code: 'usage', hint }));
}

async function checkMemory(folder: string, available: number): Promise<void> {
  // Whether it is there at all is found out when it is loaded.
  const file = await stat(path.join(folder, 'model.onnx')).catch(() => undefined);
  const needed = (file?.size ?? 0) * MEMORY_PER_BYTE + WORKING_MEMORY;
  if (needed > available) throw tooLarge(`the model takes ${megabytes(needed)}, there are ${megabytes(available)}`);
}

function rethrowMemory(thrown: unknown): never {
  if (/bad_alloc|bad allocation|failed to allocate/i.test(messageOf(thrown))) throw tooLarge(messageOf(thrown), thrown);
  throw thrown;
}

function tooLarge(message: string, cause?: unknown): PlatformError {
  const hint = 'unload another model, or take a machine with more memory';
  return withStatus(507, new PlatformError(message, { code: 'environment', hint, cause }));
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MB of memory`;
}
