import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { file, paramSchema } from '../params/file-param.ts';
import { withLocalFiles } from './raw-files.ts';

let lake: string;
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), 'lake-'));
});
afterEach(() => rm(lake, { recursive: true }));

const schema = paramSchema(z.strictObject({ customers: file(), rate: z.number().default(1) }));
const at = (path: string) => pathToFileURL(join(lake, path)).href;

test('a raw file in a store is a file of this machine while the step runs', async () => {
  await writeFile(join(lake, 'customers.csv'), 'name\nAda\n');
  let path = '';
  const text = await withLocalFiles(schema, { customers: at('customers.csv'), rate: 2 }, async (values) => {
    path = String(values.customers);
    expect(values.rate).toBe(2);
    return readFile(path, 'utf8');
  });
  expect(text).toBe('name\nAda\n');
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});

test('a raw folder comes with all that is in it, and with nothing of a longer name', async () => {
  for (const folder of ['raw/2026', 'raw-old']) await mkdir(join(lake, folder), { recursive: true });
  await writeFile(join(lake, 'raw/2026/a.csv'), 'a');
  await writeFile(join(lake, 'raw-old/b.csv'), 'b');
  const found = await withLocalFiles(schema, { customers: at('raw/') }, async ({ customers }) => {
    await expect(readFile(join(String(customers), '../raw-old/b.csv'))).rejects.toThrow('ENOENT');
    return readFile(join(String(customers), '2026/a.csv'), 'utf8');
  });
  expect(found).toBe('a');
});

test('nothing there is an error; a path of this machine is left as it is', async () => {
  const missing = withLocalFiles(schema, { customers: at('gone.csv') }, async () => undefined);
  await expect(missing).rejects.toMatchObject({ code: 'notFound', message: `there is nothing at ${at('gone.csv')}` });
  expect(await withLocalFiles(schema, { customers: '/data/c.csv' }, async (values) => values)).toEqual({
    customers: '/data/c.csv',
  });
});
