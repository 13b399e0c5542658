import { type Dvc, DvcError, openDvc } from '@ml-platform/dvc';
import { PlatformError } from '@ml-platform/errors';
import { dvcCommand } from '../data/workspace-dvc.ts';
import type { Git } from './git.ts';

/** The DVC that this workspace pins, in the work tree that a hook was started in. */
export async function workTreeDvc(git: Git): Promise<Dvc> {
  return openDvc(git.root, { command: await dvcCommand() });
}

/**
 * Brings data to where the work tree is; returns how many paths have changed.
 *
 * @throws PlatformError `notFound` where they have to be pulled first; a DvcError where some would be lost.
 */
export async function checkOutData(git: Git): Promise<number> {
  const dvc = await workTreeDvc(git);
  const { added, modified, deleted } = await dvc.checkout().catch((cause: unknown) => {
    if (!(cause instanceof DvcError) || cause.reason !== 'missingFromRemote') throw cause;
    const hint = 'npx platform data pull';
    throw new PlatformError('they are not on this machine yet', { code: 'notFound', hint, cause });
  });
  return [added, modified, deleted].flat().length;
}
