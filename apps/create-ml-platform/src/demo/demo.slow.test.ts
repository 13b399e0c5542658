import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { MINUTES, QUICK, shellEnvironment } from '../testing/bake.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

test(
  'the demo makes a platform, and its model answers',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const params = QUICK.flatMap((param) => ['--param', param]);
    const { stdout } = await execa(process.execPath, ['apps/create-ml-platform/scripts/demo.mjs', ...params], {
      cwd: REPOSITORY,
      env: { ...shellEnvironment(), TMPDIR: folder },
      extendEnv: false,
    });
    expect(stdout).toContain('delay_probability');
    expect(stdout).toMatch(/All of it took \d+ s\. The platform is yours/);
  },
  20 * MINUTES,
);
