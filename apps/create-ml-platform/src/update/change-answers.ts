import { PlatformError, suggest } from '@ml-platform/errors';
import { NONE, namesOf } from '../answers/answers.ts';
import { GROUPS, type GroupName } from '../features.ts';
import type { JsonObject } from '../render/json.ts';

export interface ChangedAnswers {
  readonly answers: JsonObject;
  /** Features that make a difference, and those that are as wanted already. */
  readonly changed: readonly string[];
  readonly already: readonly string[];
}

/** The answers with some features more, or fewer; the order of the names doesn't matter. */
export function changeAnswers(
  command: 'add' | 'remove',
  features: readonly string[],
  answers: JsonObject,
): ChangedAnswers {
  const wanted = [...new Set(features)].map((name) => ({ name, group: groupOf(name) }));
  const isAlready = (name: string, group: GroupName): boolean => has(answers, group, name) === (command === 'add');
  const open = wanted.filter(({ name, group }) => !isAlready(name, group));
  const next = open.reduce((changed, { name, group }) => change(command, changed, group, name), answers);
  return {
    answers: next,
    changed: open.map(({ name }) => name),
    already: wanted.filter(({ name, group }) => isAlready(name, group)).map(({ name }) => name),
  };
}

function groupOf(name: string): GroupName {
  const groups = Object.keys(GROUPS) as GroupName[];
  const group = groups.find((candidate) => namesOf(candidate).includes(name));
  if (group) return group;
  throw new PlatformError(`unknown feature '${name}'`, {
    code: 'usage',
    hint: suggest(name, groups.flatMap(namesOf), 'features'),
  });
}

function has(answers: JsonObject, group: GroupName, name: string): boolean {
  const answer = answers[group];
  return Array.isArray(answer) ? answer.includes(name) : answer === name;
}

function change(command: 'add' | 'remove', answers: JsonObject, group: GroupName, name: string): JsonObject {
  if (group === 'example') return { ...answers, example: command === 'add' ? oneExample(answers, name) : NONE };
  const listed = answers[group];
  const names = Array.isArray(listed) ? listed : [];
  return { ...answers, [group]: command === 'add' ? [...names, name] : names.filter((other) => other !== name) };
}

function oneExample({ example }: JsonObject, name: string): string {
  if (example === NONE || example === undefined) return name;
  throw new PlatformError(`the project has the example ${example}, and can have one: got ${name}`, {
    code: 'usage',
    hint: `npx create-ml-platform remove ${example}`,
  });
}
