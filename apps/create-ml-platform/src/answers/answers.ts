import { remoteUrl } from '@ml-platform/dvc/remote-url';
import { nearest, PlatformError, suggest } from '@ml-platform/errors';
import { type Feature, type FeatureGroup, GROUPS, type GroupName } from '../features.ts';
import { checkProjectName } from './project-name.ts';

/** What a project was asked to be; recorded in its platform.json. */
export interface Answers {
  readonly name: string;
  readonly example: string;
  readonly clouds: readonly string[];
  readonly ci: readonly string[];
  /** Where data is shared: a bucket or a folder; not there where nobody has said. */
  readonly remote?: string;
}

/** Answers as they come from flags, prompts or a recorded platform.json: any question may be missing. */
export interface GivenAnswers {
  readonly name: string;
  readonly example?: string | undefined;
  readonly clouds?: readonly string[] | undefined;
  readonly ci?: readonly string[] | undefined;
  readonly remote?: string | undefined;
}

export const NONE = 'none';

/** Fills in what wasn't asked and refuses what this version doesn't have. */
export function resolveAnswers({ name, example, clouds, ci, remote = NONE }: GivenAnswers): Answers {
  checkProjectName(name);
  if (remote !== NONE) remoteUrl(remote);
  return {
    name,
    example: known('example', example ?? defaultsOf('example')[0] ?? NONE),
    clouds: knownAll('clouds', clouds ?? defaultsOf('clouds')),
    ci: knownAll('ci', ci ?? defaultsOf('ci')),
    ...(remote !== NONE && { remote }),
  };
}

/** Reads answers that came as JSON; unknown keys and wrong types are refused. */
export function parseAnswers(text: string): Answers {
  const given = parseObject(text);
  const questions = ['name', 'example', 'clouds', 'ci', 'remote'];
  const unknown = Object.keys(given).find((key) => !questions.includes(key));
  if (unknown !== undefined) {
    const hint = suggest(unknown, questions, 'answers');
    throw new PlatformError(`unknown answer '${unknown}'`, { code: 'usage', hint });
  }
  return resolveAnswers({
    name: stringAnswer(given, 'name') ?? '',
    example: stringAnswer(given, 'example'),
    clouds: listAnswer(given, 'clouds'),
    ci: listAnswer(given, 'ci'),
    remote: stringAnswer(given, 'remote'),
  });
}

export function namesOf(group: GroupName): string[] {
  return GROUPS[group].features.map(({ name }: Feature) => name);
}

export function defaultsOf(group: GroupName): readonly string[] {
  const { defaults = [] }: FeatureGroup = GROUPS[group];
  return defaults;
}

function knownAll(group: GroupName, values: readonly string[]): string[] {
  const chosen = new Set(values.filter((value) => value !== NONE).map((value) => known(group, value)));
  return namesOf(group).filter((name) => chosen.has(name));
}

function known(group: GroupName, value: string): string {
  const names = namesOf(group);
  if (value === NONE || names.includes(value)) return value;
  const { singular }: FeatureGroup = GROUPS[group];
  const close = nearest(value, [...names, NONE]);
  throw new PlatformError(
    `unknown ${singular} '${value}': this version has ${names.join(', ') || `no ${singular} yet`}`,
    {
      code: 'usage',
      hint: close ? `did you mean --${group} ${close}?` : `leave out --${group}, or pass --${group} ${NONE}`,
    },
  );
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw wrongAnswers(`the answers are not JSON: got ${text.slice(0, 40)}`, cause);
  }
  throw wrongAnswers('the answers are not a JSON object');
}

function stringAnswer(given: Record<string, unknown>, key: string): string | undefined {
  const value = given[key];
  if (value === undefined || typeof value === 'string') return value;
  throw wrongAnswers(`answer '${key}' is ${JSON.stringify(value)}, expected a string`);
}

function listAnswer(given: Record<string, unknown>, key: string): string[] | undefined {
  const value = given[key];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrongAnswers(`answer '${key}' is ${JSON.stringify(value)}, expected a list of strings`);
}

function wrongAnswers(message: string, cause?: unknown): PlatformError {
  const hint = `pass for example --answers '{"name":"acme","example":"none"}'`;
  return new PlatformError(message, { code: 'usage', hint, cause });
}
