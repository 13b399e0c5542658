import { stackFileSchema } from '@ml-platform/conventions';
import { readStackFile, stackNamesIn } from '@ml-platform/conventions/program';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BOOTSTRAP_CONFIG } from './bootstrap/settings.ts';
import { STACK_CONFIG } from './config/settings.ts';

/** After a change of a section: npx vitest run infra/aws/stack-schemas -u */
test.each([
  ['.', STACK_CONFIG],
  ['bootstrap', BOOTSTRAP_CONFIG],
])('the schema of the stack files in %s says what the config takes', async (folder, config) => {
  const path = fileURLToPath(new URL(`./${folder}/`, import.meta.url));
  const [stack = ''] = stackNamesIn(path);
  const schema = stackFileSchema(readStackFile(path, stack).project, config);
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`${path}stack.schema.json`);
});
