import { messageOf, PlatformError } from '@ml-platform/errors';

const CAUSES: Readonly<Record<string, { what: string; hint: string }>> = {
  ENOSPC: { what: 'the disk is full', hint: 'free some space, then run the same command again' },
  EDQUOT: { what: 'your disk quota is used up', hint: 'free some space, then run the same command again' },
  EROFS: { what: 'the file system is read-only', hint: 'change to a folder that you can write to' },
  EACCES: { what: 'you may not write here', hint: 'change to a folder that you can write to' },
  EPERM: { what: 'you may not write here', hint: 'change to a folder that you can write to' },
  ENAMETOOLONG: { what: 'a path is too long', hint: 'change to a folder with a shorter path' },
};

/** What to tell about a refusal of the file system; anything else is passed on as it came. */
export function describeSystemError(thrown: unknown, folder: string): unknown {
  const cause = CAUSES[systemCode(thrown) ?? ''];
  if (!cause) return thrown;
  const message = `cannot write in ${folder}: ${cause.what} (${messageOf(thrown)}); nothing was left behind`;
  return new PlatformError(message, { code: 'environment', hint: cause.hint, cause: thrown });
}

export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
