import typescript from 'typescript';
import { expect, test } from 'vitest';
import { renameExport } from './rename-export.ts';

const { migrate, concerns } = renameExport({ library: 'storage', from: 'read', to: 'readTable' });
const project = { scope: '@acme', typescript: () => typescript };

function renamed(text: string): string {
  const once = migrate(text, 'apps/sales/src/a.ts', project);
  expect(migrate(once, 'apps/sales/src/a.ts', project)).toBe(once);
  return once;
}

test.each([
  [
    'an import and its references, not what is called alike',
    `import { type Place, read } from '@acme/storage';
// read it
export async function load(place: Place, stream: { read(): string }) {
  const again = (read: number) => read + 1;
  return { read, all: [await read(place)], more: stream.read(), text: 'read', again } satisfies { read: unknown };
}
`,
    `import { type Place, readTable } from '@acme/storage';
// read it
export async function load(place: Place, stream: { read(): string }) {
  const again = (read: number) => read + 1;
  return { read: readTable, all: [await readTable(place)], more: stream.read(), text: 'read', again } satisfies { read: unknown };
}
`,
  ],
  [
    'an import under another name',
    `import { read as load } from '@acme/storage';\n\nexport const rows = load();\n`,
    `import { readTable as load } from '@acme/storage';\n\nexport const rows = load();\n`,
  ],
  [
    'a file in which the new name is taken',
    `import { read } from '@acme/storage';\n\nconst readTable = () => read();\n`,
    `import { readTable as read } from '@acme/storage';\n\nconst readTable = () => read();\n`,
  ],
  [
    'what the file hands on, under its own name',
    `import { read } from '@acme/storage';\nexport { read };\nexport { read as other } from '@acme/storage';\n`,
    `import { readTable } from '@acme/storage';\nexport { readTable as read };\nexport { readTable as other } from '@acme/storage';\n`,
  ],
  [
    're-exports',
    `export { read } from '@acme/storage';\nexport type { Place } from '@acme/storage';\n`,
    `export { readTable as read } from '@acme/storage';\nexport type { Place } from '@acme/storage';\n`,
  ],
  [
    'members of the whole module',
    `import * as storage from '@acme/storage';\n\nexport const f: typeof storage.read = storage.read;\n`,
    `import * as storage from '@acme/storage';\n\nexport const f: typeof storage.readTable = storage.readTable;\n`,
  ],
  [
    'what is loaded later',
    `const { read } = await import('@acme/storage');
const all = (await import('@acme/storage')).read(read());
void import('@acme/storage').then(({ read, write: put }) => put(read()));
export type Read = typeof import('@acme/storage').read;
`,
    `const { readTable: read } = await import('@acme/storage');
const all = (await import('@acme/storage')).readTable(read());
void import('@acme/storage').then(({ readTable: read, write: put }) => put(read()));
export type Read = typeof import('@acme/storage').readTable;
`,
  ],
  [
    'nothing of another module',
    `import { read } from '@acme/other';\nimport { write } from '@acme/storage';\n\nwrite(read());\n`,
    `import { read } from '@acme/other';\nimport { write } from '@acme/storage';\n\nwrite(read());\n`,
  ],
])('%s', (_, before, after) => {
  expect(renamed(before)).toBe(after);
});

test('a file with an error in it keeps it', () => {
  expect(renamed("import { read } from '@acme/storage';\nread(;\n")).toBe(
    "import { readTable } from '@acme/storage';\nreadTable(;\n",
  );
});

test('only TypeScript is looked at', () => {
  expect(['a.ts', 'a.tsx', 'a.mts', 'a.md', 'a.ts.hbs'].filter(concerns)).toEqual(['a.ts', 'a.tsx', 'a.mts']);
});
