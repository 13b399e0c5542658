import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Commands that write down how they were called, and do what a test tells them. */
export interface StandInCommands {
  /** With the folder of the commands first on the PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Each call so far: the command and its arguments. */
  readonly calls: () => string[];
  readonly remove: () => void;
}

/**
 * Puts commands on the PATH: by name, what each does, as a script of bash that has its arguments in `$*`; its output and exit
 * code are the command's.
 */
export function standInCommands(scripts: Readonly<Record<string, string>>): StandInCommands {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'));
  const [bin, home, log] = [join(folder, 'bin'), join(folder, 'home'), join(folder, 'calls')];
  for (const made of [bin, home]) mkdirSync(made);
  writeFileSync(log, '');
  for (const [name, script] of Object.entries(scripts)) {
    const text = `#!/bin/bash\necho "${name} $*" >> '${log}'\n${script}\n`;
    writeFileSync(join(bin, name), text, { mode: 0o755 });
  }
  return {
    env: { PATH: [bin, process.env.PATH ?? ''].join(delimiter), HOME: home, STATE: folder },
    calls: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
