import { spawn } from 'node:child_process';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunState } from './run-folder.ts';

/** Runs a command and keeps in a folder what it says, when, and how it ended: `node run-command.ts FOLDER COMMAND ...`. */
const [folder = '', program = '', ...args] = process.argv.slice(2);

function keep(state: RunState): void {
  writeFileSync(join(folder, 'state.tmp'), JSON.stringify(state));
  renameSync(join(folder, 'state.tmp'), join(folder, 'state.json'));
}

const say = (line: string) =>
  appendFileSync(join(folder, 'log.jsonl'), `${JSON.stringify({ at: new Date().toISOString(), line })}\n`);

const started = { pid: process.pid, startedAt: new Date().toISOString() };
keep(started);
// Who started this waits for it, and then goes.
process.send?.('started');
say(['>', program, ...args].join(' '));
const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', say);
child.on('close', (exitCode) => keep({ ...started, endedAt: new Date().toISOString(), exitCode }));
