import type { Readable, Writable } from 'node:stream';
import { remoteUrl } from '@ml-platform/dvc/remote-url';
import { messageOf } from '@ml-platform/errors';
import { defaultsOf, type GivenAnswers, NONE } from '../answers/answers.ts';
import { problemWith } from '../answers/project-name.ts';
import { type Feature, type FeatureGroup, GROUPS, type GroupName } from '../features.ts';
import type { CreateOptions } from './command-line.ts';

/** What a flag has already answered. */
export type Known = Pick<CreateOptions, 'folder' | 'name' | 'example' | 'clouds' | 'ci' | 'remote'>;

export interface Asked extends GivenAnswers {
  readonly folder: string;
}

type Prompts = typeof import('@clack/prompts');

/** Where to ask: the terminal, unless said otherwise. */
export interface Streams {
  readonly input?: Readable;
  readonly output?: Writable;
}

interface Asking {
  readonly prompts: Prompts;
  readonly streams: Streams;
}

/** Asks what the flags left open; undefined when the person gave up. */
export async function ask(
  known: Known,
  nameOf: (folder: string) => string,
  streams: Streams = {},
): Promise<Asked | undefined> {
  const prompts = await import('@clack/prompts');
  const asking = { prompts, streams };
  prompts.intro('create-ml-platform', streams);
  const folder = known.folder ?? (await askName(asking));
  if (folder === undefined) return undefined;
  const example = known.example ?? (await askOne(asking, 'example'));
  const clouds = example === undefined ? undefined : (known.clouds ?? (await askMany(asking, 'clouds')));
  const ci = clouds === undefined ? undefined : (known.ci ?? (await askMany(asking, 'ci')));
  const remote = ci === undefined ? undefined : (known.remote ?? (await askRemote(asking)));
  if (remote === undefined) return undefined;
  return { folder, name: known.name ?? nameOf(folder), example, clouds, ci, remote };
}

async function askName({ prompts, streams }: Asking): Promise<string | undefined> {
  const answer = await prompts.text({
    ...streams,
    message: "What is the project's name?",
    placeholder: 'acme',
    validate: (value) => {
      const problem = value === '.' ? undefined : problemWith(value ?? '');
      return problem && `The name ${problem}`;
    },
  });
  return answered(answer);
}

/** Nothing typed is an answer as well: it can be said later. */
async function askRemote({ prompts, streams }: Asking): Promise<string | undefined> {
  const answer = await prompts.text({
    ...streams,
    message: 'Where will data and models be shared?',
    placeholder: 's3://, gs:// or azure:// with a bucket, or a folder; later, if you leave it empty',
    validate: (value) => (value ? problemWithRemote(value) : undefined),
  });
  const given = answered(answer as string | symbol | undefined);
  return typeof answer === 'symbol' ? undefined : given || NONE;
}

function problemWithRemote(place: string): string | undefined {
  try {
    if (place !== NONE) remoteUrl(place);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

async function askOne({ prompts, streams }: Asking, group: GroupName): Promise<string | undefined> {
  const { question, features }: FeatureGroup = GROUPS[group];
  if (features.length === 0) return NONE;
  const none = { value: NONE, label: NONE };
  return answered(await prompts.select({ ...streams, message: question, options: [...features.map(asOption), none] }));
}

async function askMany({ prompts, streams }: Asking, group: GroupName): Promise<string[] | undefined> {
  const { question, features }: FeatureGroup = GROUPS[group];
  if (features.length === 0) return [];
  const given = { options: features.map(asOption), initialValues: [...defaultsOf(group)] };
  return answered(await prompts.multiselect({ ...streams, message: question, ...given, required: false }));
}

function asOption({ name, description }: Feature) {
  return { value: name, label: name, hint: description };
}

/** A prompt that was given up answers with a symbol. */
function answered<T>(answer: T): Exclude<T, symbol> | undefined {
  return typeof answer === 'symbol' ? undefined : (answer as Exclude<T, symbol>);
}
