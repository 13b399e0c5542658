import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ciFiles, CLOUDS, REPOSITORY } from './lay-out.ts';

/** A repository's folder .github: path → text. */
export interface Workflows {
  /** `this repository`, `a project`, `a project on aws`. */
  readonly whose: string;
  readonly files: ReadonlyMap<string, string>;
}

/** This repository's own, and those of a project with every combination of clouds. */
export function everyWorkflow(): Workflows[] {
  const own = readdirSync(join(REPOSITORY, '.github'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => [file.slice(REPOSITORY.length), readFileSync(file, 'utf8')] as const);
  const projects = CLOUDS.map((clouds) => ({
    whose: ['a project', ...clouds].join(' on '),
    files: ciFiles('github', clouds),
  }));
  return [{ whose: 'this repository', files: new Map(own) }, ...projects];
}

export const isWorkflow = (path: string): boolean => path.startsWith('.github/workflows/');
export const isAction = (path: string): boolean => path.endsWith('/action.yml');
