import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { ownerOf } from '../template/owner.ts';
import { readNames } from '../template/read-names.ts';
import type { Template, TemplateFile } from '../template/template.ts';
import { indexLocks } from './index-locks.ts';

/**
 * Every file of the repository that a project may get: what Git tracks or would, so work in progress counts and what
 * is ignored doesn't. A file that no feature covers is refused: forgetting to decide is the error.
 */
export function readTemplate(repository: string, version: string): Template {
  const files = listFiles(repository).flatMap((path) => readTemplateFile(repository, path));
  const template: Template = { version, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
  const lock = indexLocks(template);
  return lock ? { ...template, lock } : template;
}

function listFiles(repository: string): string[] {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = output.split('\0').filter((path) => path !== '' && existsSync(join(repository, path)));
  return [...new Set(paths)];
}

function readTemplateFile(repository: string, path: string): TemplateFile[] {
  const owner = ownerOf(path);
  if (owner === 'excluded') return [];
  const file = join(repository, path);
  const { mode } = regularFile(file, path);
  if (owner === undefined) {
    throw new PlatformError(`${path} belongs to no feature and isn't excluded either`, {
      code: 'config',
      hint: 'name its folder in apps/create-ml-platform/src/features.ts',
    });
  }
  const content = readFileSync(file);
  return [{ path, executable: (mode & 0o100) !== 0, owner, ...readNames(path, content), content }];
}

function regularFile(file: string, path: string): { mode: number } {
  const stat = lstatSync(file);
  if (stat.isFile()) return stat;
  throw new PlatformError(`${path} is a link: a project on Windows could not have it`, {
    code: 'config',
    hint: 'put the file itself there',
  });
}
