import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { CHANGED, type StepProject, STEPS } from './graph.ts';
import { writeFiles } from '../write-files.ts';

/** The ten steps as stages of dvc.yaml, each a small Node program. */
export function writeDvcProject(folder: string, env: NodeJS.ProcessEnv): StepProject {
  const programs = STEPS.map(([name, from]) => [`${name}.mjs`, program(name, from)] as const);
  writeFiles(folder, { ...Object.fromEntries(programs), 'dvc.yaml': JSON.stringify({ stages: stages() }) });
  runCommand('git', ['init', '--quiet'], { cwd: folder });
  runCommand('dvc', ['init', '--quiet'], { cwd: folder, env });
  runCommand('dvc', ['config', 'core.analytics', 'false'], { cwd: folder, env });
  return { changedFile: join(folder, `${CHANGED}.mjs`), result: join(folder, 'ten.json') };
}

function stages(): object {
  const entries = STEPS.map(([name, from]) => {
    const deps = [`${name}.mjs`, ...from.map((other) => `${other}.json`)];
    return [name, { cmd: `node ${name}.mjs`, deps, outs: [`${name}.json`] }];
  });
  return Object.fromEntries(entries);
}

function program(name: string, from: readonly string[]): string {
  return `import { readFile, writeFile } from 'node:fs/promises';

const inputs = ${JSON.stringify(from.map((other) => `${other}.json`))};
const texts = await Promise.all(inputs.map((path) => readFile(path, 'utf8')));
const numbers = texts.flatMap((text) => JSON.parse(text));
await writeFile('${name}.json', JSON.stringify([...numbers, 1]));
`;
}
