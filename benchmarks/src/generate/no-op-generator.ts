import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFiles } from '../write-files.ts';

/** Gives a workspace a generator more, which does nothing: Nx finds and starts it as it does the others. */
export function writeNoOpGenerator(home: string, name: string): void {
  const list = 'generators/generators.json';
  const { generators } = JSON.parse(readFileSync(join(home, list), 'utf8'));
  const own = { factory: `./${name}/generator.ts`, schema: `./${name}/schema.json`, description: 'Does nothing.' };
  writeFiles(home, {
    [list]: JSON.stringify({ generators: { ...generators, [name]: own } }),
    [`generators/${name}/generator.ts`]: 'export default (): void => undefined;\n',
    [`generators/${name}/schema.json`]: '{ "$id": "no-op", "type": "object", "properties": {} }\n',
  });
}
