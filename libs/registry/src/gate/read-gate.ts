import { readFileSync } from 'node:fs';
import { messageOf, PlatformError, suggest } from '@ml-platform/errors';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Gate, gateSchema } from './gate.ts';

const KEYS = ['model', 'metrics', 'better', 'atLeast', 'atMost', 'mayLose'];

/**
 * Reads a `gate.yaml`.
 *
 * @throws PlatformError `notFound` where it isn't there; `config` naming file, line and key of all that is wrong.
 */
export function readGate(file: string): Gate {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw wrong([`${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`]);
  const result = gateSchema.safeParse(document.toJS());
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(problemsOf);
  const at = (path: Path) => `${file}:${lineOf(document, lines, path)}: ${path.join('.')}`;
  const unknown = problems.find(({ isUnknown }) => isUnknown)?.path.at(-1);
  throw wrong(
    problems.map(({ path, message }) => `${at(path).replace(/: $/, '')}: ${message}`),
    unknown === undefined ? undefined : suggest(String(unknown), KEYS, 'keys'),
  );
}

type Path = readonly PropertyKey[];

interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly isUnknown?: boolean;
}

/** One per unknown key: zod reports them together, at the object that holds them. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'no such key', isUnknown: true }));
  return [{ path: issue.path, message: issue.message.replace(/^Invalid (input|option): /, '') }];
}

/** The line, from 1, of the value at a path of keys, or of the nearest key above it. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents;
  let position = 0;
  for (const key of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isNode(item.key) && String(item.key) === String(key));
    if (pair === undefined) break;
    if (isNode(pair.key)) position = pair.key.range?.[0] ?? position;
    node = pair.value;
  }
  return lines.linePos(position).line;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const hint = 'write it: docs/models.md says what stands in it';
    throw new PlatformError(`${file} can't be read: ${messageOf(cause)}`, { code: 'notFound', hint, cause });
  }
}

function wrong(messages: readonly string[], hint = 'docs/models.md says what stands in it'): PlatformError {
  return new PlatformError(messages.join('\n'), { code: 'config', hint });
}
