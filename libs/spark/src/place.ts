import { PlatformError, suggest } from '@ml-platform/errors';
import { z } from 'zod';

/** A service, as `--spark` names it: `scheme://HOST/PATH?setting=value&conf.spark.x=value`. */
export interface Place {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  /** Without slashes around it. */
  readonly path: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Spark's own settings, by their names. */
  readonly conf: Readonly<Record<string, string>>;
}

const CONF = 'conf.';

/** Settings of every service. */
export const everyService = {
  /** Seconds between two looks at the job. */
  poll: z.coerce.number().positive().default(10),
};

/** @throws PlatformError `usage` for a text of another form. */
export function parsePlace(text: string, forms: Readonly<Record<string, string>>): Place {
  const [, scheme = '', host = '', path = '', query = ''] =
    /^([a-z][a-z-]*):\/\/([^/?#]+)\/?([^?#]*)(?:\?([^#]*))?$/.exec(text) ?? [];
  if (forms[scheme] === undefined || host === '') {
    throw new PlatformError(`--spark is '${text}', expected the address of a Spark service`, {
      code: 'usage',
      hint: `one of ${Object.values(forms).join(', ')}`,
    });
  }
  const all = [...new URLSearchParams(query)];
  const isConf = ([name]: readonly [string, string]) => name.startsWith(CONF);
  return {
    text,
    scheme,
    host: decodeURIComponent(host),
    path: decodeURIComponent(path.replace(/\/+$/, '')),
    settings: Object.fromEntries(all.filter((one) => !isConf(one))),
    conf: Object.fromEntries(all.filter(isConf).map(([name, value]) => [name.slice(CONF.length), value])),
  };
}

/** @throws PlatformError `usage`, naming the setting. */
export function settingsOf<Settings>(
  { text, settings }: Place,
  schema: z.ZodObject & z.ZodType<Settings>,
  form: string,
): Settings {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(settings).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new PlatformError(`--spark ${text}: there is no setting '${unknown}'`, {
      code: 'usage',
      hint: suggest(unknown, [...known, 'conf.spark.NAME'], 'settings'),
    });
  }
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new PlatformError(`--spark ${text}: ${problems.join('; ')}`, { code: 'usage', hint: `as in ${form}` });
}

/**
 * The address of a location in a store of the one scheme that a service reads.
 *
 * @throws PlatformError `usage` for another.
 */
export function ofScheme(title: string, scheme: string): (uri: string) => string {
  return (uri) => {
    if (uri.startsWith(`${scheme}://`)) return uri;
    throw new PlatformError(`${title} reads ${scheme}://, and this lies elsewhere: ${uri}`, {
      code: 'usage',
      hint: `keep artifacts and raw files in ${scheme}://, or name another Spark service`,
    });
  };
}
