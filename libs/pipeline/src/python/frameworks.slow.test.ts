import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashArtifact } from '../runner/run-record.ts';
import { type FrameworksProject, frameworksProject } from './testing/frameworks-project.ts';

let projects: readonly FrameworksProject[] = [];
beforeAll(async () => {
  projects = [await frameworksProject(), await frameworksProject()];
});
afterAll(async () => {
  for (const project of projects) await project.remove();
});

test('a pipeline on Spark and Ray leaves the same bytes twice, the rows that DuckDB has, and nothing else', async () => {
  const said: string[] = [];
  for (const { command } of projects) said.push(await command(['--all']));
  const [one, other] = projects.map(({ folder }) => join(folder, 'artifacts'));
  for (const step of ['make', 'aggregate', 'widen', 'compare', 'primes']) {
    const hash = await hashArtifact(join(one ?? '', step));
    expect([step, await hashArtifact(join(other ?? '', step))]).toEqual([step, hash]);
  }
  const read = async (path: string) => JSON.parse(await readFile(join(one ?? '', path), 'utf8'));
  expect(await read('compare/compared.json')).toMatchObject({
    delays: [{ missing: '0', extra: '0', found: '105' }],
    wide: [{ rows: '21' }],
  });
  expect(await readdir(join(one ?? '', 'aggregate/delays'))).toContain('part-00000.parquet');
  expect(await readdir(join(one ?? '', 'widen/wide'))).toEqual(['part-00000.parquet']);
  const found = await read('primes/found.json');
  expect([found.primes.length, found.primes.at(-1), found.cpus]).toEqual([303, 1999, 2]);
  // What Spark says of itself is not for who runs a pipeline.
  expect(said[0]).not.toMatch(/ WARN |log4j|log level/);
  expect(await readdir(join(projects[0]?.folder ?? '', 'src'))).not.toContain('spark-warehouse');
}, 900_000);
