import { messageOf, PlatformError } from '@ml-platform/errors';
import type { ModelManifest } from '@ml-platform/registry';

export type Row = Readonly<Record<string, unknown>>;

export interface Prediction {
  readonly input: Row;
  readonly output: Row;
}

/**
 * Asks the served model about its manifest's own example.
 *
 * @throws PlatformError `environment` where the server gives no answer, or another one than a prediction.
 */
export async function samplePrediction(url: string, { example }: Pick<ModelManifest, 'example'>): Promise<Prediction> {
  const [output] = await predict(url, [example]);
  if (output) return { input: example, output };
  throw new PlatformError(`${url} gave no prediction for ${JSON.stringify(example)}`, {
    code: 'environment',
    hint: `ask it yourself:\n${curlCommand(url, example)}`,
  });
}

async function predict(url: string, instances: readonly Row[]): Promise<readonly Row[]> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ instances }),
    });
    const answer = (await response.json()) as { predictions?: Row[]; error?: unknown };
    if (response.ok) return answer.predictions ?? [];
    throw new Error(`${response.status} ${JSON.stringify(answer.error)}`);
  } catch (cause) {
    throw new PlatformError(`${url} did not answer: ${messageOf(cause)}`, {
      code: 'environment',
      hint: 'see what the server printed above',
      cause,
    });
  }
}

/** The same question as a command for a POSIX shell. */
export function curlCommand(url: string, row: Row): string {
  const body = JSON.stringify({ instances: [row] }).replaceAll("'", "'\\''");
  return `curl ${url} -H 'content-type: application/json' -d '${body}'`;
}
