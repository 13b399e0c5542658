import { PlatformError } from '@ml-platform/errors';
import type { Release } from '@ml-platform/registry/release';

type Values = Readonly<Record<string, string>>;

/**
 * Lays the settings of a release over a stack's config, by `namespace:key` as in its file. Only what the release names
 * changes.
 *
 * @throws PlatformError `config` where the file has something else than a section under that name.
 */
export function layRelease(project: string, values: Values, { release, config }: Release): Values {
  const laid = Object.entries(config).map(([section, settings]) => {
    const key = `${project}:${section}`;
    const own = parsedObject(values[key]);
    if (own === undefined) throw noSection(release, section, values[key]);
    return [key, JSON.stringify({ ...own, ...settings })] as const;
  });
  return { ...values, ...Object.fromEntries(laid) };
}

function parsedObject(text = '{}'): object | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function noSection(release: string, section: string, found: string | undefined): PlatformError {
  return new PlatformError(`release ${release}: ${section}: the stack's file has ${found} there, expected a section`, {
    code: 'config',
    hint: 'a release changes settings of sections, such as serving.imageDigest, and no others',
  });
}
