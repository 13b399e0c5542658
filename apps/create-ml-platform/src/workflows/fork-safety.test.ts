import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { everyWorkflow, isWorkflow } from './every-workflow.ts';
import { forkEvents, reachableByForks } from './fork-safety.ts';
import { writeAll } from './lay-out.ts';
import { readWorkflow } from './read-workflow.ts';
import { isStartedBy } from './triggers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(everyWorkflow())('$whose', ({ files }) => {
  test.each([...files.keys()].filter(isWorkflow))('a fork reaches nothing by %s', (path) => {
    writeAll(folder, files);
    expect(reachableByForks(readWorkflow(join(folder, path)))).toEqual([]);
  });

  test('its pull requests are tested all the same', () => {
    writeAll(folder, files);
    const ci = readWorkflow(join(folder, '.github/workflows/ci.yml'));
    expect(forkEvents().filter((event) => isStartedBy(ci, event)).length).toBeGreaterThan(0);
  });
});

const steps = [{ run: 'echo' }];
const read = { contents: 'read' };
const job = { 'runs-on': 'ubuntu-24.04', permissions: read, steps };
const own = 'github.event.pull_request.head.repo.full_name == github.repository';
const secret = `\${{ secrets.TOKEN }}`;

test.each<[string, object, unknown, string[]]>([
  ['all as it should be', {}, 'pull_request', []],
  ['a token for the cloud', { permissions: { 'id-token': 'write' } }, 'pull_request', ['a: id-token: write']],
  [
    "the same, for the repository's own branches",
    { permissions: { 'id-token': 'write' }, if: own },
    'pull_request',
    [],
  ],
  ['an environment', { environment: 'dev' }, 'pull_request', ['a: an environment']],
  ['a secret', { env: { TOKEN: secret } }, 'pull_request', ['a: a secret']],
  ['a machine that stays', { 'runs-on': 'self-hosted' }, 'pull_request', ['a: runs on self-hosted']],
  ['an event with rights', {}, 'pull_request_target', ['on: pull_request_target']],
  ['what follows another', {}, { workflow_run: { workflows: ['a'] } }, ['on: workflow_run']],
])('%s', (_, more, on, reachable) => {
  const file = join(folder, 'a.yml');
  writeFileSync(file, stringify({ name: 'a', on, permissions: {}, jobs: { a: { ...job, ...more } } }));
  expect(reachableByForks(readWorkflow(file))).toEqual(reachable);
});
