import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { NodePlopAPI } from 'plop';
import { flagsOf, promptsOf, type Schema } from './prompts.ts';

const GENERATORS = new URL('../generators.json', import.meta.url);
const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));

interface Generators {
  readonly generators: Readonly<Record<string, { readonly schema: string; readonly description: string }>>;
}

/** plop's menu of the very generators that `npx nx g` has: their questions are read from the same schemas. */
export default function menu(plop: NodePlopAPI): void {
  const { generators } = JSON.parse(readFileSync(GENERATORS, 'utf8')) as Generators;
  for (const [name, { schema, description }] of Object.entries(generators)) {
    const prompts = promptsOf(JSON.parse(readFileSync(new URL(schema, GENERATORS), 'utf8')) as Schema);
    plop.setGenerator(name, {
      description,
      prompts: prompts as NonNullable<Parameters<typeof plop.setGenerator>[1]['prompts']>,
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
