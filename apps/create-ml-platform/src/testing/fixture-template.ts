import { ownerOf } from '../template/owner.ts';
import { readNames } from '../template/read-names.ts';
import type { Template, Tree } from '../template/template.ts';

/** A template of the given files, owned as the same paths in this repository are. */
export function fixtureTemplate(files: Record<string, string>, version = '1.2.3'): Template {
  return {
    version,
    files: Object.entries(files).map(([path, text]) => ({
      path,
      executable: false,
      owner: ownerOf(path) ?? 'excluded',
      ...readNames(path, Buffer.from(text)),
      content: Buffer.from(text),
    })),
  };
}

/** A small workspace: two libraries, the platform app, the example. */
export function smallTemplate(): Template {
  return fixtureTemplate(smallFiles());
}

/** The same as another version has it: `undefined` takes a file out. */
export function changedTemplate(version: string, changes: Record<string, string | undefined> = {}): Template {
  const files = Object.entries({ ...smallFiles(), ...changes });
  const present = files.filter((file): file is [string, string] => file[1] !== undefined);
  return fixtureTemplate(Object.fromEntries(present), version);
}

function smallFiles(): Record<string, string> {
  return {
    'package.json': json({
      name: 'ml-platform',
      version: '0.1.0',
      private: true,
      license: 'MIT',
      workspaces: ['apps/*', 'libs/*'],
      scripts: { test: 'vitest run', pack: 'node apps/create-ml-platform/scripts/pack.mjs' },
      devDependencies: { esbuild: '1.0.0', vitest: '1.0.0' },
      allowScripts: { esbuild: false },
    }),
    '.gitignore': 'node_modules/\n',
    'tsconfig.json': json({ include: ['apps', 'libs', 'benchmarks'] }),
    'templates/README.md': '# ml-platform\n\nWith the example.\n',
    'templates/README.no-example.md': '# ml-platform\n\nWithout.\n',
    'libs/errors/package.json': json({ name: '@ml-platform/errors' }),
    'libs/errors/src/index.ts': 'export const name = "errors";\n',
    'apps/platform/package.json': json({
      name: '@ml-platform/platform',
      dependencies: { zod: '1.0.0', '@ml-platform/errors': '*' },
    }),
    'apps/platform/src/index.ts': "import { name } from '@ml-platform/errors';\n\nconsole.log(name);\n",
    'apps/flight-delays/package.json': json({ name: '@ml-platform/flight-delays' }),
  };
}

export function textOf(tree: Tree, path: string): string {
  return Buffer.from(tree.get(path)?.content ?? []).toString();
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
