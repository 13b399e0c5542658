import { join } from 'node:path';
import { writeFiles } from '../write-files.ts';

/** Writes a project whose pipeline is a chain of so many steps, `step-0` to the last, each in a file of its own. */
export function writeLongPipeline(home: string, scope: string, name: string, count: number): void {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const steps = numbers.map((number): [string, string] => [`src/steps/step-${number}.ts`, definition(number, scope)]);
  writeFiles(join(home, 'apps', name), {
    ...Object.fromEntries(steps),
    'src/steps/copy.run.ts': implementation(),
    'src/pipeline.ts': pipeline(name, numbers, scope),
    'package.json': `{ "name": "@${scope}/${name}", "version": "0.1.0", "private": true, "type": "module" }\n`,
  });
}

function definition(number: number, scope: string): string {
  const input = number === 0 ? '' : '\n  inputs: { rows: parquet() },';
  return `import { defineStep, parquet } from '@${scope}/pipeline';
import { z } from 'zod';

export const step${number} = defineStep({
  name: 'step-${number}',
  params: z.strictObject({ limit: z.int().positive().default(${number + 1}) }),${input}
  outputs: { rows: parquet() },
  run: () => import('./copy.run.ts'),
});
`;
}

function implementation(): string {
  return `import { copyFile, writeFile } from 'node:fs/promises';

export async function run({ inputs, outputs }: { inputs: { rows?: string }; outputs: { rows: string } }) {
  await (inputs.rows ? copyFile(inputs.rows, outputs.rows) : writeFile(outputs.rows, ''));
}
`;
}

function pipeline(name: string, numbers: readonly number[], scope: string): string {
  const imports = numbers.map((number) => `import { step${number} } from './steps/step-${number}.ts';\n`);
  const placed = numbers.map((number) => {
    const wiring = number === 0 ? '' : `, { rows: rows${number - 1}.rows }`;
    return `  const rows${number} = add(step${number}${wiring});\n`;
  });
  return `import { definePipeline } from '@${scope}/pipeline';
${imports.join('')}
export default definePipeline('${name}', ({ add }) => {
${placed.join('')}});
`;
}
