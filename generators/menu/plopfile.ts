import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { NodePlopAPI } from 'plop';
import { readGenerators } from '../engine/schema.ts';
import { flagsOf, promptsOf } from './prompts.ts';

const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));

/** plop's menu of the very generators that `npx nx g` has: their questions are read from the same schemas. */
export default function menu(plop: NodePlopAPI): void {
  for (const { name, schema } of readGenerators()) {
    plop.setGenerator(name, {
      description: schema.description,
      prompts: promptsOf(schema) as NonNullable<Parameters<typeof plop.setGenerator>[1]['prompts']>,
      actions: [(answers) => generate(name, answers as Record<string, unknown>)],
    });
  }
}

async function generate(name: string, answers: Readonly<Record<string, unknown>>): Promise<string> {
  const args = ['generate', name, ...flagsOf(answers)];
  const { failed } = await execa('nx', args, { cwd: WORKSPACE, preferLocal: true, stdio: 'inherit', reject: false });
  if (failed) throw new Error('nothing was generated: see above');
  return `nx ${args.join(' ')}`;
}
