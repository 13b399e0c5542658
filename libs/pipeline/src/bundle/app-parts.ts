import { basename, join } from 'node:path';
import type { Parts } from './bundle.ts';
import { command } from './command.ts';

/** An application: its `src/main.ts`, as a command of its folder's name. */
export function appParts(project: string): Parts {
  return { entries: { main: join(project, 'src/main.ts') }, files: command(basename(project), 'main') };
}
