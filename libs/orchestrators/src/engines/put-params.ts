import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@ml-platform/storage';
import { besideLake } from './raw-data.ts';

/** Puts a run's parameters, as JSON, beside the lake, for an engine that has no room for them; returns where they are. */
export async function putParams(json: string, lake: string): Promise<string> {
  const place = besideLake(lake, 'params');
  const name = `${createHash('sha256').update(json).digest('hex').slice(0, 16)}.json`;
  const folder = await mkdtemp(join(tmpdir(), 'params-'));
  try {
    await writeFile(join(folder, name), json);
    await (await openStore(place)).upload(join(folder, name), name);
    return `${place}/${name}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
