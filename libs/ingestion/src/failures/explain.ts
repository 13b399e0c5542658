import { messageOf, PlatformError } from '@ml-platform/errors';
import { masked } from './masked.ts';

const DISK = /ENOSPC|EFBIG|EDQUOT|No space left on device|File too large|Disk quota exceeded|max_temp_directory_size/i;
const MEMORY = /^Out of Memory Error/;

/** Runs `work`; what a full disk or too little memory breaks is told as such, all else goes through. */
export async function explained<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw environmentError(what, thrown) ?? thrown;
  }
}

/** What the machine lacks, if that is it. */
export function environmentError(what: string, thrown: unknown): PlatformError | undefined {
  const said = masked(messageOf(thrown));
  const refuse = (message: string, hint: string) =>
    new PlatformError(`${what}: ${message}`, { code: 'environment', hint, cause: thrown });
  if (DISK.test(said) || DISK.test((thrown as NodeJS.ErrnoException)?.code ?? '')) {
    return refuse(
      `the disk is full (${firstLine(said)})`,
      'make room, or name another folder for what is unfinished with scratch; then run it again: it goes on where it was',
    );
  }
  if (MEMORY.test(said)) return refuse(firstLine(said), "give it more with memory: '4GB', or read smaller parts");
  return undefined;
}

export function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
