import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMain } from '@ml-platform/errors';
import { parseCommandLine } from './cli/command-line.ts';
import { createCommand } from './cli/create-command.ts';
import { helpText } from './cli/help.ts';
import { print } from './cli/print.ts';
import { projectHelp } from './cli/project-help.ts';
import { renderCommand } from './cli/render-command.ts';
import type { DoctorOptions } from './doctor/doctor-command.ts';
import { decodeArchive } from './template/archive.ts';
import type { Template } from './template/template.ts';

void runMain(async () => {
  const command = parseCommandLine(process.argv.slice(2));
  if (command.kind === 'help') print(command.of ? projectHelp(command.of) : helpText());
  else if (command.kind === 'version') print(`${loadTemplate().version}\n`);
  else if (command.kind === 'render') renderCommand(loadTemplate(), command.answers, command.json);
  else if (command.kind === 'create') await createCommand(loadTemplate(), command, process.cwd());
  // Loaded on demand: making a project needs none of it.
  else if (command.kind === 'doctor') await doctor(command);
  else (await import('./cli/project-command.ts')).projectCommand(loadTemplate(), command, process.cwd());
});

async function doctor(options: DoctorOptions): Promise<void> {
  const { doctorCommand } = await import('./doctor/doctor-command.ts');
  await doctorCommand(loadTemplate().version, options, process.cwd());
}

/** The archive lies beside the bundle. */
function loadTemplate(): Template {
  return decodeArchive(readFileSync(join(import.meta.dirname, 'template.bin')));
}
