import { mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const INSTALLED = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/**
 * Gives a workspace that a test made, at the absolute path `root`, links to each installed package; to one that lies in the
 * workspace, as npm does: relative, so to its copy.
 */
export async function linkPackages(root: string): Promise<void> {
  const scopes = (await readdir(INSTALLED)).filter((name) => name.startsWith('@'));
  for (const folder of ['.', ...scopes]) {
    await mkdir(join(root, 'node_modules', folder), { recursive: true });
    for (const entry of await readdir(join(INSTALLED, folder), { withFileTypes: true })) {
      if (scopes.includes(entry.name) || entry.name === '.cache') continue;
      const path = join(INSTALLED, folder, entry.name);
      const target = entry.isSymbolicLink() ? await readlink(path) : path;
      await symlink(target, join(root, 'node_modules', folder, entry.name));
    }
  }
}
