import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { json } from '../../testing/fixture-template.ts';
import { plainEnvironment } from '../../testing/packed-command.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type Machine, thisMachine } from '../machine/machine.ts';
import { checkPipelines } from '../machine/pipeline-check.ts';

/** Writes files, objects as JSON; returns their folder. */
export function layOut(files: Readonly<Record<string, string | object>>, folder = temporaryFolder()): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : json(content as never));
  }
  return folder;
}

/** A folder for the PATH, with programs that run the given lines of shell. */
export function toolFolder(tools: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** A machine that has the given tools alone. */
export function machineWith(
  folder: string,
  tools: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Machine {
  return machineAt(folder, { ...env, PATH: toolFolder(tools) });
}

interface Given {
  readonly offline?: boolean;
  /** What stands for the command itself. */
  readonly script?: string;
}

/** This machine, with an environment that has nothing of the test runner's but its PATH. */
export function machineAt(folder: string, env: NodeJS.ProcessEnv = {}, given: Given = {}): Machine {
  const home = { HOME: temporaryFolder() };
  const { offline = false, script = 'none' } = given;
  const options = { offline, version: '1.2.3', script, env: plainEnvironment({ ...home, ...env }) };
  return thisMachine(folder, options, checkPipelines);
}

/** What `npx platform check` of a project prints, whatever it is asked. */
export function platformCommand(printed: object): Record<string, string> {
  const script = `process.stdout.write(${JSON.stringify(JSON.stringify(printed))});\n`;
  return { 'apps/platform/bin/platform.mjs': script, 'node_modules/.keep': '' };
}
