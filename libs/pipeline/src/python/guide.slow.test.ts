import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const WORKSPACE = at('../../../../');
const PIPELINE = `import { definePipeline } from '@ml-platform/pipeline';
import { aggregate } from './steps/aggregate.ts';
import { simulate } from './steps/simulate.ts';
import { worst } from './steps/worst.ts';
export default definePipeline('flights', ({ add }) => {
  add(worst, { delays: add(aggregate).delays });
  add(simulate);
});
`;
const FLIGHTS = 'origin,day,delay\nABQ,2026-01-01,10\nABQ,2026-01-01,20\nDAL,2026-01-02,5\n';

let project: string;
beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'guide-')));
});
afterAll(() => rm(project, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), text);
}

test('the steps of the guide run as they stand there', async () => {
  const guide = await readFile(join(WORKSPACE, 'docs/spark.md'), 'utf8');
  const files = [...guide.matchAll(/`apps\/flights\/([\w./-]+)`:\n\n```(?:ts|python)\n([\s\S]*?)```/g)];
  expect(files.map(([, path]) => path)).toHaveLength(6);
  for (const [, path = '', text = ''] of files) await write(path, text);
  await write('src/pipeline.ts', PIPELINE);
  await write('data/flights.csv', FLIGHTS);
  await write('package.json', '{ "name": "flights", "type": "module" }');
  await write('requirements.txt', await readFile(at('./testing/frameworks/requirements.txt'), 'utf8'));
  await symlink(join(WORKSPACE, 'node_modules'), join(project, 'node_modules'));
  const args = [
    join(WORKSPACE, 'libs/pipeline/bin/run-step.mjs'),
    '--pipeline',
    join(project, 'src/pipeline.ts'),
    '--all',
  ];
  const { all } = await execa(process.execPath, args, { all: true });
  expect(all).toContain('[aggregate] aggregated\n[aggregate] metric metrics.rows=2\n');
  expect(JSON.parse(await readFile(join(project, 'artifacts/worst/worst.json'), 'utf8'))).toEqual({
    origin: 'ABQ',
    delay: 30,
  });
  expect(all).toMatch(/\[simulate\] metric metrics\.late=1[56]\d\d\n/);
}, 600_000);
