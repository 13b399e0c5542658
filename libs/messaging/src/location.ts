import { PlatformError, suggest } from '@ml-platform/errors';

/** The forms of a URI: its parts in capitals, and what may follow behind `?`. */
const FORMS = {
  memory: form('memory:TOPIC', /^(?<topic>[\w.-]+)$/, ['topic'], ['subscription']),
  sqs: form(
    'sqs://REGION/ACCOUNT/QUEUE',
    /^\/\/(?<region>[a-z\d-]+)\/(?<account>\d{12})\/(?<queue>[\w-]{1,80}(?:\.fifo)?)$/,
    ['region', 'account', 'queue'],
    [],
  ),
  sns: form(
    'sns://REGION/ACCOUNT/TOPIC?queue=QUEUE',
    /^\/\/(?<region>[a-z\d-]+)\/(?<account>\d{12})\/(?<topic>[\w-]{1,256}(?:\.fifo)?)$/,
    ['region', 'account', 'topic'],
    ['queue'],
  ),
  pubsub: form(
    'pubsub://PROJECT/TOPIC?subscription=SUBSCRIPTION',
    /^\/\/(?<project>[a-z][a-z\d:.-]+)\/(?<topic>[A-Za-z][\w.~+%-]{2,254})$/,
    ['project', 'topic'],
    ['subscription'],
  ),
  servicebus: form(
    'servicebus://NAMESPACE/QUEUE, servicebus://NAMESPACE/TOPIC?subscription=SUBSCRIPTION',
    /^\/\/(?<namespace>[\w.-]+)\/(?<entity>[\w.~/-]+)$/,
    ['namespace', 'entity'],
    ['subscription', 'part'],
  ),
  kafka: form(
    'kafka://HOST:PORT,HOST:PORT/TOPIC?group=GROUP',
    /^\/\/(?:(?<credentials>[^@/]*)@)?(?<brokers>[^@/]+)\/(?<topic>[\w.-]{1,249})$/,
    ['credentials', 'brokers', 'topic'],
    ['group', 'instance', 'tls', 'sasl'],
  ),
};

export type Scheme = keyof typeof FORMS;
type Fields<Of extends Scheme> =
  (typeof FORMS)[Of] extends Form<infer Part, infer Param>
    ? Readonly<Record<Part, string> & Partial<Record<Param, string>>>
    : never;
/** A URI that was read; `uri` is it, without a password. */
export type Location = { [Of in Scheme]: { readonly scheme: Of; readonly uri: string } & Fields<Of> }[Scheme];
export type LocationOf<Of extends Scheme> = Extract<Location, { scheme: Of }>;

interface Form<Part extends string, Param extends string> {
  readonly example: string;
  readonly pattern: RegExp;
  readonly parts: readonly Part[];
  readonly params: readonly Param[];
}

function form<const Part extends string, const Param extends string>(
  example: string,
  pattern: RegExp,
  parts: readonly Part[],
  params: readonly Param[],
): Form<Part, Param> {
  return { example, pattern, parts, params };
}

/**
 * Reads the URI of a queue.
 *
 * @throws PlatformError `usage` for a scheme, a form or a parameter that isn't one of these.
 */
export function parseLocation(uri: string): Location {
  const [, scheme = '', path = '', query = ''] = /^([a-z]+):([^?]*)(?:\?(.*))?$/.exec(uri) ?? [];
  const shown = masked(uri);
  const known: Form<string, string> | undefined = isScheme(scheme) ? FORMS[scheme] : undefined;
  if (known === undefined)
    throw refused(
      shown,
      Object.values(FORMS).flatMap(({ example }) => example),
    );
  const parts = known.pattern.exec(path)?.groups;
  if (parts === undefined) throw refused(shown, [known.example]);
  const params = Object.fromEntries(new URLSearchParams(query));
  for (const [param, value] of Object.entries(params)) {
    if (!known.params.includes(param)) throw unknown(shown, param, known.params);
    const only = ONLY[param];
    if (only !== undefined && value !== only) throw refusedValue(shown, param, value, only);
  }
  return { scheme, uri: shown, ...definedOf(parts), ...definedOf(params) } as unknown as Location;
}

/** Parameters that say one thing or nothing. */
const ONLY: Readonly<Record<string, string>> = { part: 'dead-letters', tls: 'true' };

/** Without the password that a URI may hold. */
export function masked(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//***@');
}

function isScheme(scheme: string): scheme is Scheme {
  return Object.hasOwn(FORMS, scheme);
}

/** Groups that took no part in the match are there, without a value. */
function definedOf(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function refused(name: string, examples: readonly string[]): PlatformError {
  return new PlatformError(`${name} is no queue, expected ${examples.join(', ')}`, {
    code: 'usage',
    hint: 'write the URI in one of these forms; docs/messaging.md has an example of each',
  });
}

function unknown(name: string, param: string, params: readonly string[]): PlatformError {
  return new PlatformError(`${name}: there is no parameter '${param}'`, {
    code: 'usage',
    hint: suggest(param, params, 'parameters'),
  });
}

function refusedValue(name: string, param: string, value: string, only: string): PlatformError {
  return new PlatformError(`${name}: '${param}' is '${value}', expected '${only}'`, {
    code: 'usage',
    hint: `write ${param}=${only}, or leave it out`,
  });
}
