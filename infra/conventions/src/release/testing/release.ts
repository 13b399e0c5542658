import type { Release } from '@ml-platform/registry/release';

/** A release of a model's version, whose image's digest ends in it. */
export function testRelease(version: number): Release {
  const digest = `sha256:${String(version).padStart(64, '0')}`;
  return {
    release: `delays-${version}+0f3c2a1`,
    commit: '0f3c2a1'.padEnd(40, '0'),
    createdAt: '2025-06-01T12:00:00.000Z',
    model: { name: 'delays', version: String(version), contentHash: 'a'.repeat(64), example: { hour: 7 } },
    image: { name: 'model-server', digest },
    config: { serving: { imageDigest: digest } },
  };
}
