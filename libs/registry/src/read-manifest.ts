import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { z } from 'zod';
import { lineOfPath } from './json-line.ts';
import { type ModelManifest, modelManifestSchema } from './manifest.ts';

/**
 * Reads and checks `model.json` of a model folder, and that `model.onnx` is beside it.
 *
 * @throws PlatformError `notFound` where the folder or one of the two files is missing; `data` where `model.json`
 * isn't what it should be: the message names the file, the line and the key.
 */
export async function readModelManifest(folder: string): Promise<ModelManifest> {
  const file = path.join(folder, 'model.json');
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw missingFile(folder, 'model.json', thrown);
  });
  const manifest = parseManifest(text, file);
  const found = await stat(path.join(folder, 'model.onnx')).catch(() => undefined);
  if (!found?.isFile()) throw missingFile(folder, 'model.onnx');
  return manifest;
}

/** @throws PlatformError `data` where the text isn't a manifest; `file` is what messages call it. */
export function parseManifest(text: string, file: string): ModelManifest {
  const result = modelManifestSchema.safeParse(parseJson(text, file));
  if (result.success) return result.data;
  const found = result.error.issues.map((issue) => `${file}:${lineOfPath(text, issue.path)}: ${describe(issue)}`);
  throw new PlatformError(found.join('\n'), {
    code: 'data',
    hint: 'correct the step that writes model.json, then train again',
  });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new PlatformError(`${file}: not valid JSON: ${messageOf(thrown)}`, {
      code: 'data',
      hint: 'correct the file, or write the model again',
      cause: thrown,
    });
  }
}

function describe(issue: z.core.$ZodIssue): string {
  const key = issue.path.join('.');
  return key === '' ? issue.message : `${key}: ${issue.message}`;
}

function missingFile(folder: string, name: string, cause?: unknown): PlatformError {
  const detail = cause === undefined ? '' : ` (${messageOf(cause)})`;
  return new PlatformError(`no ${name} in ${folder}${detail}`, {
    code: 'notFound',
    hint: 'a model folder holds model.onnx and model.json; check the path',
    cause,
  });
}
