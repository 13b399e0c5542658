import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMBINATIONS, type Feature, GROUPS } from '../features.ts';
import { renameText } from '../render/rename.ts';

export const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

/** No cloud, and each of them. */
export const CLOUDS: readonly (readonly string[])[] = [[], ...GROUPS.clouds.features.map(({ name }) => [name])];

/** The files that a project on these clouds has for a CI system: path in the project → text. */
export function ciFiles(ci: string, clouds: readonly string[]): Map<string, string> {
  const feature: Feature | undefined = GROUPS.ci.features.find(({ name }) => name === ci);
  const combined = COMBINATIONS.filter(({ of: [cloud, system] }) => {
    return system === `ci:${ci}` && clouds.some((name) => cloud === `clouds:${name}`);
  });
  const all = [feature, ...combined].flatMap((one) => Object.entries(one?.replacements ?? {}));
  return new Map(
    all.flatMap(([path, from]) => filesIn(from).map((file) => [path + file, textOf(from + file)] as const)),
  );
}

/** What comes after the name: nothing for a file, `/NAME` for each in a folder. */
function filesIn(from: string): string[] {
  const folder = join(REPOSITORY, from);
  if (statSync(folder).isFile()) return [''];
  const found = globSync('**/*', { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  return found.sort().map((path) => `/${path}`);
}

function textOf(path: string): string {
  return renameText(readFileSync(join(REPOSITORY, path), 'utf8'), 'acme');
}

export function writeAll(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
