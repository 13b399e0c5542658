import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importClosure } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
const projects = globSync('{apps,libs,infra}/*/package.json', { cwd: WORKSPACE }).map((file) => {
  const {
    name,
    dependencies = {},
    devDependencies = {},
  } = JSON.parse(readFileSync(join(WORKSPACE, file), 'utf8')) as Manifest;
  return {
    folder: dirname(file),
    name,
    declared: new Set([name, ...Object.keys({ ...dependencies, ...devDependencies })]),
  };
});

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

/** Names of this workspace's packages that a project's own sources mention in an import; its tests as well, unless told. */
function workspaceImports(folder: string, { tests = true } = {}): string[] {
  const files = globSync('**/*.{ts,mjs}', {
    cwd: join(WORKSPACE, folder),
    exclude: ['**/node_modules', '**/dist', 'artifacts'],
  });
  const text = files
    .filter((file) => !file.includes('fixtures') && (tests || !file.endsWith('.test.ts')))
    .map((file) => readFileSync(join(WORKSPACE, folder, file), 'utf8'));
  const found = text.join('\n').matchAll(/(?:from|import)\s*\(?\s*'(@[\w-]+\/[\w-]+)/g);
  return [...new Set([...found].map(([, name]) => name ?? ''))].filter((name) =>
    projects.some((project) => project.name === name),
  );
}

test.each(projects)('$folder imports only what it declares, and nothing above it', ({ folder, declared }) => {
  for (const name of workspaceImports(folder)) {
    expect(declared, `${folder} imports ${name}: declare it in its package.json`).toContain(name);
    const target = projects.find((project) => project.name === name)?.folder ?? '';
    if (folder.startsWith('libs')) expect(target, `${folder} imports ${name}: a library uses no app`).toMatch(/^libs/);
  }
  if (!folder.startsWith('infra')) return;
  const apps = projects.filter((project) => project.folder.startsWith('apps')).map(({ name }) => name);
  const used = workspaceImports(folder, { tests: false }).filter((name) => apps.includes(name));
  expect(used, `${folder}: a stack uses no app, but what is built of it`).toEqual([]);
});

test('the layers are seen at all: the plugin is made of the pipeline library', () => {
  expect(workspaceImports('libs/nx-plugin')).toContain('@ml-platform/pipeline');
  const { files } = importClosure([join(WORKSPACE, 'libs/nx-plugin/src/plugin.ts')], WORKSPACE, { engine: true });
  expect(files.some((file) => file.includes(join('libs', 'pipeline')))).toBe(true);
});
