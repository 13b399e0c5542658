import type { StackContext } from '../../config/stack-context.ts';

/** On what holds data that can't be made again: the backup of the stack takes what has them. */
export function backupTags({ named }: StackContext) {
  return { backup: named.prefix };
}
