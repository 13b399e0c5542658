import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import { parse } from 'yaml';
import type { StackFacts } from '../config/read-stack-config.ts';

export interface StackFile extends StackFacts {
  /** All config, the project's own included: by `namespace:key`, an object as JSON. A secret is a stand-in. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** Stands where a stack file has a secret, which only Pulumi can decrypt. */
const SECRET = 'secret';

/**
 * Reads a stack's file as Pulumi would, without decrypting.
 *
 * @throws PlatformError `notFound` for a stack that has no file, `config` for a file that isn't one of Pulumi's.
 */
export function readStackFile(folder: string, stack: string): StackFile {
  const project = readYaml(join(folder, 'Pulumi.yaml'));
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    throw new PlatformError(`there is no stack '${stack}': ${file} is missing`, {
      code: 'notFound',
      hint: suggest(stack, stackNamesIn(folder), 'stacks'),
    });
  }
  const name = String(project.name);
  const entries = Object.entries((readYaml(file).config ?? {}) as Record<string, unknown>).map(([key, value]) => {
    return [key.includes(':') ? key : `${name}:${key}`, value] as const;
  });
  const secretKeys = entries.filter(([, value]) => isSecret(value)).map(([key]) => key);
  const config = Object.fromEntries(entries.map(([key, value]) => [key, isSecret(value) ? SECRET : asText(value)]));
  return { project: name, stack, config, secretKeys };
}

/** The stacks that a project has a file for, in the order of their names. */
export function stackNamesIn(folder: string): string[] {
  return globSync('Pulumi.*.yaml', { cwd: folder })
    .map((file) => file.slice('Pulumi.'.length, -'.yaml'.length))
    .sort();
}

function readYaml(file: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new PlatformError(`${file} can't be read: ${(cause as Error).message}`, {
      code: 'config',
      hint: 'mend it, or take it from git: git checkout -- FILE',
      cause,
    });
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found };
  throw new PlatformError(`${file} has no keys`, { code: 'config', hint: 'it begins with config:, or name:' });
}

function isSecret(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'secure' in value;
}

function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
