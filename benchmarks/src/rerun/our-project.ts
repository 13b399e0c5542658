import { join } from 'node:path';
import { writeFiles } from '../write-files.ts';
import { CHANGED, type StepProject, STEPS } from './graph.ts';

export const PROJECT = 'ten-steps';
/** A cached target that does nothing: what Nx itself takes in this workspace. */
export const NO_OP = 'no-op';

/** The ten steps as a pipeline in a platform of the name `scope`. */
export function writeOurProject(workspace: string, scope: string): StepProject {
  const project = join(workspace, 'apps', PROJECT);
  const steps = STEPS.flatMap(([name, from]) => [
    [`src/steps/${name}.ts`, definition(name, from, scope)] as const,
    [`src/steps/${name}.run.ts`, implementation(name, scope)] as const,
  ]);
  writeFiles(project, {
    ...Object.fromEntries(steps),
    'package.json': manifest(scope),
    'src/pipeline.ts': pipeline(scope),
  });
  return {
    changedFile: join(project, `src/steps/${CHANGED}.run.ts`),
    result: join(project, 'artifacts/ten/numbers.json'),
  };
}

function definition(name: string, from: readonly string[], scope: string): string {
  return `import { defineStep, json } from '@${scope}/pipeline';

export const ${name} = defineStep({
  name: '${name}',
  inputs: { ${from.map((other) => `${other}: json()`).join(', ')} },
  outputs: { numbers: json() },
  run: () => import('./${name}.run.ts'),
});
`;
}

function implementation(name: string, scope: string): string {
  return `import { readFile, writeFile } from 'node:fs/promises';
import type { StepContext } from '@${scope}/pipeline';
import type { ${name} } from './${name}.ts';

export async function run({ inputs, outputs }: StepContext<typeof ${name}>): Promise<void> {
  const texts = await Promise.all(Object.values(inputs).map((path) => readFile(path, 'utf8')));
  const numbers = texts.flatMap((text): number[] => JSON.parse(text));
  await writeFile(outputs.numbers, JSON.stringify([...numbers, 1]));
}
`;
}

function pipeline(scope: string): string {
  const imports = STEPS.map(([name]) => `import { ${name} } from './steps/${name}.ts';\n`);
  const placed = STEPS.map(([name, from]) => {
    const wiring = from.map((other) => `${other}: ${other}Made.numbers`).join(', ');
    return `  const ${name}Made = add(${name}${wiring && `, { ${wiring} }`});\n`;
  });
  return `import { definePipeline } from '@${scope}/pipeline';
${imports.join('')}
export default definePipeline('${PROJECT}', ({ add }) => {
${placed.join('')}});
`;
}

function manifest(scope: string): string {
  const noOp = {
    executor: 'nx:run-commands',
    options: { command: 'node -e 0' },
    cache: true,
    inputs: ['{projectRoot}/package.json'],
  };
  return JSON.stringify({
    name: `@${scope}/${PROJECT}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    dependencies: { [`@${scope}/pipeline`]: '*' },
    nx: { targets: { [NO_OP]: noOp } },
  });
}
