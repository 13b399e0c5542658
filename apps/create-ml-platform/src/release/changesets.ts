import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { parse } from 'yaml';

export const CHANGESETS = '.changeset';
const PACKAGE = '@ml-platform/create-ml-platform';
const BUMPS = ['patch', 'minor', 'major'];

/** Paths of the changesets that wait for a release; one without a package says that no user notices the change. */
export function readChangesets(repository: string): string[] {
  const names = readdirSync(join(repository, CHANGESETS)).filter((name) => /(?<!^README)\.md$/.test(name));
  const paths = names.sort().map((name) => `${CHANGESETS}/${name}`);
  for (const path of paths) checkChangeset(path, readFileSync(join(repository, path), 'utf8'));
  return paths;
}

function checkChangeset(path: string, text: string): void {
  const [, head, body = ''] = /^---\n(.*?)^---(?:\n(.*)|$)/ms.exec(text) ?? [];
  if (head === undefined) throw wrong(path, 'has no lines between --- and ---');
  const bumps = Object.entries(readHead(path, head));
  for (const [name, bump] of bumps) {
    if (name !== PACKAGE) throw wrong(path, `${name} is not released from here`);
    if (!BUMPS.includes(String(bump))) throw wrong(path, `'${bump}' is no bump`);
  }
  if (bumps.length > 0 && body.trim() === '') throw wrong(path, 'says nothing for the changelog');
}

function readHead(path: string, head: string): object {
  try {
    const read: unknown = parse(head) ?? {};
    if (typeof read === 'object' && read !== null) return read;
  } catch (thrown) {
    throw wrong(path, messageOf(thrown).split('\n', 1)[0] ?? '');
  }
  throw wrong(path, 'has no package and bump between --- and ---');
}

function wrong(path: string, message: string): PlatformError {
  return new PlatformError(`${path}: ${message}`, {
    code: 'config',
    hint: `begin it with ---, then "${PACKAGE}": ${BUMPS.join(', ')}, then ---; npx changeset writes one`,
  });
}
