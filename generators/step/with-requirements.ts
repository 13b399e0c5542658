import { packageName } from '../engine/package-name.ts';

/** A requirements.in with these packages among its lines; lines that are there stay. */
export function withRequirements(text: string, packages: readonly string[]): string {
  const known = new Set(text.split('\n').flatMap((line) => packageName(line) ?? []));
  const missing = packages.filter((name) => !known.has(name));
  if (missing.length === 0) return text;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${missing.map((name) => `${name}\n`).join('')}`;
}
