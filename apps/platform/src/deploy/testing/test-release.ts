import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFolder, readModelManifest } from '@ml-platform/registry';
import type { Release } from '@ml-platform/registry/release';

const FIXTURE = fileURLToPath(new URL('../../../../../libs/serving/fixtures/delay', import.meta.url));

/** A model of the fixture's, which differs from other versions in what it says of itself. */
export function modelFolder(parent: string, version: number): string {
  const folder = join(parent, `model-${version}`);
  cpSync(FIXTURE, folder, { recursive: true });
  const file = join(folder, 'model.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...manifest, metrics: { version } }));
  return folder;
}

/** A release of that folder, in an image whose digest ends in its version. */
export async function testRelease(folder: string, version: number): Promise<Release> {
  const digest = `sha256:${String(version).padStart(64, '0')}`;
  const { example } = await readModelManifest(folder);
  return {
    release: `delays-${version}+0f3c2a1`,
    commit: '0f3c2a1'.padEnd(40, '0'),
    createdAt: '2025-06-01T12:00:00.000Z',
    model: { name: 'delays', version: String(version), contentHash: await hashFolder(folder), example },
    image: { name: 'model-server', digest },
    config: { serving: { imageDigest: digest } },
  };
}
