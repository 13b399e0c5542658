import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type typescript from 'typescript';

/** The compiler that a project has installed: a migration reads code as the project itself does. */
export function projectTypescript(folder: string): typeof typescript {
  try {
    return createRequire(join(folder, 'package.json'))('typescript');
  } catch (thrown) {
    throw new PlatformError(`a migration reads TypeScript, and ${folder} has no package typescript installed`, {
      code: 'environment',
      hint: 'npm ci, then run the same command again',
      cause: thrown,
    });
  }
}
