import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { thisProcess } from '../position/this-process.ts';
import { temporaryFolder } from '../testing/temporary-lake.ts';
import { openSession } from './session.ts';

test('what a killed process of this machine has left goes, and nothing else', async () => {
  const scratch = join(temporaryFolder(), 'scratch');
  const leave = (name: string, owner: object | string) => {
    mkdirSync(join(scratch, name), { recursive: true });
    writeFileSync(join(scratch, name, 'owner.json'), JSON.stringify(owner));
  };
  const mine = thisProcess();
  leave('ingestion-dead', { ...mine, pid: 2 ** 22 + 1 });
  leave('ingestion-alive', mine);
  leave('ingestion-elsewhere', { ...mine, pid: 2 ** 22 + 1, machine: 'elsewhere' });
  leave('ingestion-odd', 'nobody');
  leave('other', { ...mine, pid: 2 ** 22 + 1 });
  mkdirSync(join(scratch, 'ingestion-empty'));
  const session = await openSession({ scratch });
  const own = session.folder.slice(scratch.length + 1);
  const kept = ['ingestion-alive', 'ingestion-elsewhere', 'ingestion-empty', 'ingestion-odd', 'other'];
  expect(readdirSync(scratch).sort()).toEqual([...kept, own].sort());
  await session[Symbol.asyncDispose]();
  expect(existsSync(session.folder)).toBe(false);
});
