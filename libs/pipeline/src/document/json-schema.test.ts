import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pipelineJsonSchema } from './json-schema.ts';

test('the published schema is the one that documents are checked by (vitest -u writes it)', async () => {
  const published = fileURLToPath(new URL('../../pipeline.schema.json', import.meta.url));
  await expect(`${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(published);
});
