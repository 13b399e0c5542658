import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { parseDocument } from 'yaml';

/** One of a project's files of targets. */
export interface TargetFiles {
  /** The NAME of `targets.NAME.yaml`; none for `targets.yaml` itself. */
  readonly environment?: string;
  readonly sections: Readonly<Record<string, unknown>>;
}

/**
 * Reads `targets.yaml` of a project and those of its environments.
 *
 * @throws PlatformError `config` naming file and line.
 */
export function readTargets(project: string): TargetFiles[] {
  const files = globSync('targets{,.*}.yaml', { cwd: project }).sort();
  return files.map((file) => {
    const environment = /^targets\.(.+)\.yaml$/.exec(file)?.[1];
    return { ...(environment !== undefined && { environment }), sections: readSections(join(project, file)) };
  });
}

function readSections(path: string): TargetFiles['sections'] {
  const document = parseDocument(readFileSync(path, 'utf8'));
  const [error] = document.errors;
  const line = error?.linePos?.[0].line;
  if (error) throw wrong(line === undefined ? path : `${path}:${line}`, error.message.split('\n')[0] ?? '');
  const sections: unknown = document.toJS() ?? {};
  if (typeof sections === 'object' && !Array.isArray(sections)) return sections as TargetFiles['sections'];
  throw wrong(path, 'expected a section per target');
}

function wrong(where: string, what: string): PlatformError {
  return new PlatformError(`${where}: ${what}`, { code: 'config', hint: 'correct the YAML there' });
}
