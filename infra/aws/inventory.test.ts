import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));

/** After a change of a stack: npx nx run infra-aws:inventory */
test('the pages on what each stack has are current', async () => {
  const args = ['infra/conventions/bin/stack.mjs', 'inventory', '--project', 'infra/aws', '--check'];
  const { exitCode, stderr } = await execa(process.execPath, args, { cwd: WORKSPACE, reject: false });
  expect(exitCode, stderr).toBe(0);
});
