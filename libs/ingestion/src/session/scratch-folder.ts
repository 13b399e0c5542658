import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone, type ProcessMark, thisProcess } from '../position/this-process.ts';

const PREFIX = 'ingestion-';
const OWNER = 'owner.json';

/** A new folder for what isn't whole yet. Those that killed processes of this machine have left go first. */
export async function scratchFolder(scratch: string): Promise<string> {
  await mkdir(scratch, { recursive: true });
  for (const name of await readdir(scratch)) {
    if (name.startsWith(PREFIX) && (await isLeft(join(scratch, name)))) {
      await rm(join(scratch, name), { recursive: true, force: true });
    }
  }
  const folder = await mkdtemp(join(scratch, PREFIX));
  await writeFile(join(folder, OWNER), JSON.stringify(thisProcess()));
  return folder;
}

async function isLeft(folder: string): Promise<boolean> {
  try {
    return isGone(JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as ProcessMark);
  } catch {
    // Somebody else's, or just being made.
    return false;
  }
}
