import { SCREEN_VARIABLE } from '../run-options.ts';

/** How often a step that takes long is heard of, where its output is shown when it is done. */
const TELL_MILLISECONDS = 10_000;

/**
 * How a step's lines are shown: as they come (`stream`); as they come, and again in the step's own part of Nx's screen
 * (`screen`); or when it is done, and of one that takes long the last line now and then (`done`).
 */
export type Telling = 'stream' | 'screen' | 'done';

export interface Told {
  readonly success: boolean;
  /** What is left to be shown. */
  readonly output: string;
}

/** As this process was told by Nx, and by the plugin in it. */
export function tellingOf(env: NodeJS.ProcessEnv): Telling {
  if (env[SCREEN_VARIABLE] === 'true') return 'screen';
  return env.NX_STREAM_OUTPUT === 'true' ? 'stream' : 'done';
}

/** Lets something work, and shows what it says, line by line. */
export async function tellWhile(
  work: (say: (line: string) => void) => Promise<boolean>,
  telling: Telling = tellingOf(process.env),
  write: (text: string) => void = (text) => void process.stdout.write(text),
  interval: number = TELL_MILLISECONDS,
): Promise<Told> {
  const lines: string[] = [];
  let told = 0;
  const timer = setInterval(() => {
    const last = lines.at(-1);
    if (telling === 'done' && last !== undefined && lines.length > told) write(last);
    told = lines.length;
  }, interval);
  try {
    const success = await work((line) => {
      lines.push(line);
      if (telling !== 'done') write(line);
    });
    return { success, output: telling === 'stream' ? '' : lines.join('') };
  } finally {
    clearInterval(timer);
  }
}
