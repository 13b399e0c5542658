import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';
import { renameExport } from '../migrations/rename-export.ts';
import { versionOf } from '../release/version.ts';
import type { Editor } from './next-version.ts';

/** The version that this repository has, and the next, which is made here. */
export const VERSION_ONE = versionOf(fileURLToPath(new URL('../../../../', import.meta.url)));
export const VERSION_TWO = VERSION_ONE.replace(/\.(\d+)\..*$/, (_, minor) => `.${Number(minor) + 1}.0`);

const RENAME = { library: 'errors', from: 'suggest', to: 'suggestion' } as const;

const MIGRATION = `import type { Migration } from '../migration.ts';
import { renameExport } from '../rename-export.ts';

export const renameSuggest: Migration = {
  version: '${VERSION_TWO}',
  title: 'suggest is called suggestion',
  ...renameExport({ library: 'errors', from: 'suggest', to: 'suggestion' }),
};
`;

/**
 * Makes the next version of a copy of this repository, in the ways that versions differ: it renames a function that
 * teams call, with a migration; adds, changes, renames and deletes files; changes settings, a mode and a dependency.
 */
export function makeVersionTwo(copy: Editor, environment: NodeJS.ProcessEnv): void {
  renameSuggest(copy);
  copy.write(`apps/create-ml-platform/src/migrations/${VERSION_TWO}/rename-suggest.ts`, MIGRATION);
  const list = 'apps/create-ml-platform/src/migrations/all-migrations.ts';
  copy.replace(list, 'readonly Migration[] = [];', 'readonly Migration[] = [renameSuggest];');
  const imported = `import { renameSuggest } from './${VERSION_TWO}/rename-suggest.ts';`;
  copy.replace(list, 'import type {', `${imported}\nimport type {`);
  copy.replace('apps/create-ml-platform/package.json', `"version": "${VERSION_ONE}"`, `"version": "${VERSION_TWO}"`);
  changeFiles(copy);
  copy.replace('package.json', '"fast-check": "4.10.2"', '"fast-check": "4.10.1"');
  copy.replace('package.json', '"new": "plop', '"graph": "nx graph",\n    "new": "plop');
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: copy.folder, env: environment, stdio: 'pipe' });
  run('npm', 'run', 'lock');
  // Longer names break lines elsewhere.
  run(join(copy.folder, 'node_modules/.bin/biome'), 'check', '--write', '.');
}

function renameSuggest({ folder, read, write }: Editor): void {
  const { concerns, migrate } = renameExport(RENAME);
  const project = { scope: '@ml-platform', typescript: () => typescript };
  for (const path of ['apps', 'libs', 'infra', 'generators']
    .flatMap((top) => filesBelow(folder, top))
    .filter(concerns)) {
    const text = read(path);
    const own = path.startsWith('libs/errors/src/') ? text.replaceAll(/\bsuggest\b/g, RENAME.to) : text;
    const migrated = migrate(own, path, project);
    if (migrated !== text) write(path, migrated);
  }
}

function changeFiles({ folder, read, write, replace, remove }: Editor): void {
  write('libs/errors/src/one-line.ts', ONE_LINE);
  write('libs/errors/src/one-line.test.ts', ONE_LINE_TEST);
  replace('libs/errors/src/index.ts', 'export {', "export { oneLine } from './one-line.ts';\nexport {");
  renameSync(join(folder, 'docs/updating.md'), join(folder, 'docs/keeping-current.md'));
  for (const readme of ['templates/README.md', 'templates/README.no-example.md']) {
    write(readme, `${read(readme).replaceAll('updating.md', 'keeping-current.md')}\nVersion two was here.\n`);
  }
  remove('libs/registry/README.md');
  write('libs/serving/README.md', `${read('libs/serving/README.md')}- Version two was here.\n`);
  replace('libs/registry/src/json-line.ts', 'The line, counted from 1,', 'The line, counted from one,');
  replace('libs/registry/src/sqlite/transaction.ts', 'Runs `work` under', 'Does `work` under');
  replace('tsconfig.base.json', '"strict": true,', '"strict": true,\n    "forceConsistentCasingInFileNames": true,');
  replace('nx.json', '"maxCacheSize": "10GB"', '"maxCacheSize": "20GB"');
  replace('vitest.config.ts', 'testTimeout: 120_000', 'testTimeout: 240_000');
  replace('apps/flight-delays/params.yaml', 'trials: 8 #', 'trials: 12 #');
  replace('infra/aws/components/keys/config.ts', 'deletionDays: 14', 'deletionDays: 21');
  chmodSync(join(folder, 'apps/platform/bin/with-install.mjs'), 0o755);
}

const ONE_LINE = `/** A text without its line breaks. */
export function oneLine(text: string): string {
  return text.replaceAll(/\\s*\\n\\s*/g, ' ');
}
`;

const ONE_LINE_TEST = `import { expect, test } from 'vitest';
import { oneLine } from './one-line.ts';

test('line breaks become spaces', () => {
  expect(oneLine('a\\n  b')).toBe('a b');
});
`;

function filesBelow(folder: string, top: string): string[] {
  const entries = readdirSync(join(folder, top), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
