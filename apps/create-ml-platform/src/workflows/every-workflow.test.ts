import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMBINATIONS, type Feature, GROUPS } from '../features.ts';
import { Expression } from './expression.ts';
import { everyWorkflow, isAction, isWorkflow } from './every-workflow.ts';
import { REPOSITORY, writeAll } from './lay-out.ts';
import { readAction, readWorkflow, type Workflow } from './read-workflow.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workflows-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lines that are read in one go. */
const LONGEST = 110;

test('every file of a CI system is part of some project', () => {
  const all = globSync('templates/{github,azure-}*/**/*', { cwd: REPOSITORY, withFileTypes: true });
  const folders = new Set(
    all.filter((entry) => entry.isFile()).map(({ parentPath }) => relative(REPOSITORY, parentPath)),
  );
  const features: readonly Pick<Feature, 'replacements'>[] = [...GROUPS.ci.features, ...COMBINATIONS];
  const used = features.flatMap(({ replacements = {} }) => Object.values(replacements));
  const unused = [...folders].filter((folder) => !used.some((from) => `${folder}/`.startsWith(`${from}/`)));
  expect(unused).toEqual([]);
});

describe.each(everyWorkflow())('workflows of $whose', ({ files }) => {
  const workflows = [...files.keys()].filter(isWorkflow);

  function read(path: string): Workflow {
    writeAll(folder, files);
    return readWorkflow(join(folder, path));
  }

  test("GitHub's own parser takes them, and the actions", () => {
    for (const path of workflows) expect([path, Object.keys(read(path).jobs)]).not.toEqual([path, []]);
    for (const path of [...files.keys()].filter(isAction)) {
      expect(readAction(join(folder, path)).runs.using).toBe('composite');
    }
  });

  test.each(workflows)('%s is short', (path) => {
    expect(files.get(path)?.split('\n').length).toBeLessThan(LONGEST);
  });

  test.each(workflows)('%s gives each job the rights that it needs and no more time than that', (path) => {
    const { permissions, jobs } = read(path);
    expect(permissions).toEqual({});
    for (const [id, job] of Object.entries(jobs)) {
      expect([id, job.permissions]).toEqual([id, expect.any(Object)]);
      if (job.uses === undefined) expect([id, job['timeout-minutes']]).toEqual([id, expect.any(Number)]);
    }
  });

  test.each(workflows)('%s puts nothing that others write into a command', (path) => {
    const commands = Object.values(read(path).jobs).flatMap(({ steps = [] }) => steps.map(({ run }) => run));
    expect(commands.filter((run) => run instanceof Expression)).toEqual([]);
  });
});
