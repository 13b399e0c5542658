import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import { importClosure } from '../closure/import-closure.ts';
import type { PipelineDocument } from './document.ts';

const PRINT_DOCUMENT = fileURLToPath(new URL('../../bin/pipeline-document.mjs', import.meta.url));

/**
 * The document of the pipeline in `file`, without importing it into this process, which may live long and would keep the
 * first version. Kept by the hash of all code it is made from: a second call costs milliseconds.
 *
 * @throws PlatformError `config` with what the definition's own error says.
 */
export function readDocument(file: string, workspace: string): PipelineDocument {
  const cached = join(workspace, 'node_modules', '.cache', 'pipelines', `${closureHash(file, workspace)}.json`);
  const text = readIfThere(cached) ?? printDocument(file, cached);
  return JSON.parse(text) as PipelineDocument;
}

function closureHash(file: string, workspace: string): string {
  const hash = createHash('sha256').update(file);
  for (const path of importClosure([file], workspace, { engine: true }).files)
    hash.update(path).update(readFileSync(path));
  return hash.digest('hex').slice(0, 32);
}

function printDocument(file: string, cached: string): string {
  const text = runPrint(file);
  mkdirSync(dirname(cached), { recursive: true });
  const staged = `${cached}.${process.pid}`;
  writeFileSync(staged, text);
  renameSync(staged, cached);
  return text;
}

function runPrint(file: string): string {
  try {
    return execFileSync(process.execPath, [PRINT_DOCUMENT, file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() ?? '';
    const [, message, hint] = /^error: (.*)\nhint: {2}(.*)$/s.exec(said) ?? [];
    throw new PlatformError(message ?? `${file} can't be read: ${said}`, {
      code: 'config',
      hint: hint ?? 'mend the definition; the error above is its own',
      cause,
    });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
