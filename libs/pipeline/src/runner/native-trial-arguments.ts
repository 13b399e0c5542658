import { readFile } from 'node:fs/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';

/** SageMaker developer guide, "How Amazon SageMaker AI provides training information". */
const HYPERPARAMETERS = '/opt/ml/input/config/hyperparameters.json';
const TRIAL = /^--trial\.([^=]+)=(.*)$/s;

/** Values of searched parameters among the words of a command line, and the other words. */
export function takeTrial(argv: readonly string[]) {
  const found = argv.flatMap((word) => {
    const [, name, value] = TRIAL.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return {
    words: argv.filter((word) => !TRIAL.test(word)),
    trial: found.length > 0 ? Object.fromEntries(found) : undefined,
  };
}

/**
 * The command line of a training job of SageMaker that a tuning job starts: its image is called with the one word `train`,
 * and finds options in a file, by their names, all values texts. SageMaker's own names begin with an underscore.
 *
 * @throws PlatformError `notFound` where there is no such file, `data` for one that holds something else.
 */
export async function trainArguments(flags: readonly string[], file = HYPERPARAMETERS): Promise<string[]> {
  const given = Object.entries(await readHyperparameters(file)).filter(([name]) => !name.startsWith('_'));
  return given.flatMap(([name, value]) => {
    if (!flags.includes(name)) return [`--${name}=${value}`];
    return value === 'true' ? [`--${name}`] : [];
  });
}

async function readHyperparameters(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PlatformError(`there are no hyperparameters at ${file}`, {
      code: 'notFound',
      hint: 'train is for SageMaker, which writes them; elsewhere: run-step --step NAME --trial.NAME=VALUE',
      cause,
    });
  });
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch (cause) {
    throw new PlatformError(`${file} holds no texts by name: ${messageOf(cause)}`, {
      code: 'data',
      hint: `such as {"pipeline": "src/pipeline.ts", "step": "train", "trial.rate": "0.1"}`,
      cause,
    });
  }
}
