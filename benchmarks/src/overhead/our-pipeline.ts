import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Candidate } from '../measure.ts';
import { runCommand } from '../command.ts';
import type { Platform } from '../platform.ts';
import { writeFiles } from '../write-files.ts';
import { countFiles } from './count-files.ts';
import { LIMIT_SECONDS } from './try-out.ts';
import { fanOuts, type GraphStep, type Kind } from './graph.ts';

const timeout = LIMIT_SECONDS * 1000;
const PROJECT = 'no-ops';
const INPUTS: Readonly<Record<Kind, string>> = { start: '', work: 'before: json()', join: 'before: many(json())' };

/** Writes the pipeline of so many steps, in the place of one that was there, and returns what runs all of it. */
export function ourCandidates({ home, scope, nx }: Platform, count: number): [byNx: Candidate, bare: Candidate] {
  const project = join(home, 'apps', PROJECT);
  rmSync(project, { recursive: true, force: true });
  const steps = fanOuts(count);
  const kinds = Object.keys(INPUTS) as Kind[];
  writeFiles(project, {
    'package.json': manifest(scope),
    'src/pipeline.ts': pipeline(scope, steps, kinds),
    ...Object.fromEntries(kinds.map((kind) => [`src/steps/${kind}.ts`, definition(kind, scope)])),
    'src/steps/no-op.run.ts': implementation(),
  });
  const runStep = join(home, 'libs/pipeline/bin/run-step.mjs');
  const prepare = () => {
    for (const folder of ['artifacts', 'runs']) rmSync(join(project, folder), { recursive: true, force: true });
  };
  const check = () => countFiles(join(project, 'runs'), count);
  return [
    {
      name: `nx run ${PROJECT}:run`,
      prepare,
      run: () => nx(['run', `${PROJECT}:run`, '--skip-nx-cache'], { daemon: true, timeout }),
      check,
    },
    {
      name: 'run-step --all (one process)',
      prepare,
      run: () =>
        void runCommand(process.execPath, [runStep, '--pipeline', 'src/pipeline.ts', '--all'], {
          cwd: project,
          timeout,
        }),
      check,
    },
  ];
}

function definition(kind: Kind, scope: string): string {
  return `import { defineStep, json, many } from '@${scope}/pipeline';

export const ${kind} = defineStep({
  name: 'a-${kind}',
  inputs: { ${INPUTS[kind]} },
  outputs: { result: json() },
  run: () => import('./no-op.run.ts'),
});
`;
}

function implementation(): string {
  return `import { writeFile } from 'node:fs/promises';

export async function run({ outputs }: { outputs: { result: string } }): Promise<void> {
  await writeFile(outputs.result, '0');
}
`;
}

/** Three steps, each at many places: as a fan-out has them. */
function pipeline(scope: string, steps: readonly GraphStep[], kinds: readonly Kind[]): string {
  const imports = kinds.map((kind) => `import { ${kind} } from './steps/${kind}.ts';\n`);
  const placed = steps.map(({ name, kind, from }) => {
    const results = from.map((other) => `${other}.result`).join(', ');
    const wiring = { start: '{}', work: `{ before: ${results} }`, join: `{ before: [${results}] }` }[kind];
    return `  const ${name} = add(${kind}, ${wiring}, { name: '${name}' });\n`;
  });
  return `import { definePipeline } from '@${scope}/pipeline';
${imports.join('')}
export default definePipeline('${PROJECT}', ({ add }) => {
${placed.join('')}});
`;
}

function manifest(scope: string): string {
  return JSON.stringify({
    name: `@${scope}/${PROJECT}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    dependencies: { [`@${scope}/pipeline`]: '*' },
  });
}
