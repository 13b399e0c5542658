import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { NODE_FOLDER, RUN_STEP } from '../../testing/project.ts';
import { runnerWords } from './step-runner.ts';
import type { Start } from './interpret.ts';

/** Starts the step runner itself, as a container would: every place is a folder of this machine. */
export function runForReal(project: string): (start: Start) => void {
  return ({ args, write }) => {
    const words = runnerWords(args);
    execFileSync(`${NODE_FOLDER}/node`, [RUN_STEP, ...words], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] });
    for (const [index, word] of words.entries()) {
      const place = (words[index + 1] ?? '').replace(/^[^=]*=/, '');
      if (!['--output', '--record', '--metric'].includes(word) || !existsSync(place)) continue;
      write(place, word === '--metric' ? Number(readFileSync(place, 'utf8')) : place);
    }
    const launched = args.indexOf('--gcp_resources');
    if (launched >= 0) write(args[launched + 1] ?? '', 'the job');
  };
}
