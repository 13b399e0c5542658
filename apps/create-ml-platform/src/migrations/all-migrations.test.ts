import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareVersions, isVersion } from '../update/version.ts';
import { MIGRATIONS, migrationsBetween } from './all-migrations.ts';
import type { Migration } from './migration.ts';

const FOLDER = import.meta.dirname;

function at(version: string): Migration {
  return { version, title: version, concerns: () => true, migrate: (text) => text };
}

test('an update runs what came after the version that it starts from, up to the one that it goes to', () => {
  const all = ['0.2.0', '0.3.0-rc.1', '0.3.0', '1.0.0'].map(at);
  const titles = (from: string, to: string) => migrationsBetween(from, to, all).map(({ title }) => title);
  expect(titles('0.2.0', '0.3.0')).toEqual(['0.3.0-rc.1', '0.3.0']);
  expect(titles('0.1.0', '1.0.0')).toEqual(['0.2.0', '0.3.0-rc.1', '0.3.0', '1.0.0']);
  expect(titles('1.0.0', '0.1.0')).toEqual([]);
});

test('every migration that lies in the folder of a version is run, with a test beside it, older ones first', () => {
  const versions = readdirSync(FOLDER).filter(isVersion).sort(compareVersions);
  const files = versions.flatMap((version) => readdirSync(join(FOLDER, version)).map((file) => ({ version, file })));
  const sources = files.filter(({ file }) => !file.endsWith('.test.ts'));
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(sources.map(({ version }) => version));
  for (const { version, file } of sources)
    expect(files).toContainEqual({ version, file: file.replace(/\.ts$/, '.test.ts') });
});
