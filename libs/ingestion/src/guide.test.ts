import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { daysSource } from './fixtures/guide/days-source.ts';
import { ingest } from './ingest.ts';
import { defineTable } from './table/define-table.ts';
import { rowsIn, temporaryFolder, temporaryLake } from './testing/temporary-lake.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/ingestion.md'), 'utf8');
const FIXTURE = join(import.meta.dirname, 'fixtures/guide');

test('the files of the guide are those that the tests run', () => {
  const files = [...GUIDE.matchAll(/^`([\w-]+\.ts)`:\n\n```ts\n(.*?)^```$/gms)];
  expect(files.map(([, name]) => name).sort()).toEqual(readdirSync(FIXTURE).sort());
  for (const [, name = '', text] of files) expect(text, name).toBe(readFileSync(join(FIXTURE, name), 'utf8'));
});

test('what the guide says that a run prints and leaves is what it does', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'inbox'));
  writeFileSync(join(folder, 'inbox/may.csv'), blockAfter('inbox/may.csv'));
  const run = async (program: string) => {
    const file = join(FIXTURE, program);
    return (
      await promisify(execFile)(process.execPath, [file], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
    ).stdout;
  };
  expect(await run('ingest-orders.ts')).toBe(blockAfter('node ingest-orders.ts'));
  expect(await run('read-orders.ts')).toBe(blockAfter('node read-orders.ts'));
  const left = readdirSync(join(folder, 'lake'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  expect(`${left.sort().join('\n')}\n`).toBe(blockAfter('find lake -type f'));
});

/** The first block behind a mention. */
function blockAfter(mention: string): string {
  const [, text = ''] =
    new RegExp(`\`${mention.replaceAll('.', '\\.')}\`.*?\n\`\`\`\\w*\n(.*?)^\`\`\`$`, 'ms').exec(GUIDE) ?? [];
  return text;
}

test("the guide's own source reads day by day, and again where the service fails for a while", async () => {
  let asked = 0;
  const server = createServer(({ url = '' }, response) => {
    asked++;
    const day = url.slice(1, 11);
    response.writeHead(asked === 2 ? 503 : 200).end(JSON.stringify([{ day, n: asked }]));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const source = (last: string) => daysSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => last);
  const table = defineTable({ columns: { day: 'DATE', n: 'INTEGER' }, key: ['day'] });
  const dataset = (await temporaryLake()).dataset('raw', 'days');
  const run = (last: string) => ingest({ source: source(last), table, dataset, retry: { firstPause: 1 } });
  expect(await run('2024-05-02')).toMatchObject({ rows: 2, position: '2024-05-02' });
  expect(await run('2024-05-02')).toMatchObject({ rows: 0 });
  expect(await run('2024-05-03')).toMatchObject({ rows: 1 });
  expect((await rowsIn(dataset, 'day')).map(({ day }) => day)).toEqual(['2024-05-01', '2024-05-02', '2024-05-03']);
});
