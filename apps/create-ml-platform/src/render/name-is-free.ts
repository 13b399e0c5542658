import { PlatformError } from '@ml-platform/errors';
import type { Template } from '../template/template.ts';

/** Refuses the name of a package, or the scope of packages, that the project installs: its own would hide them. */
export function checkNameIsFree({ files }: Template, name: string): void {
  const lock = files.find(({ path }) => path === 'package-lock.json')?.content;
  if (!lock) return;
  const bytes = Buffer.from(lock.buffer, lock.byteOffset, lock.byteLength);
  if (!bytes.includes(`"node_modules/${name}"`) && !bytes.includes(`"node_modules/@${name}/`)) return;
  throw new PlatformError(`the name '${name}' is taken by an npm package that the project itself uses`, {
    code: 'usage',
    hint: `try '${name}-ml'`,
  });
}
