import { defineConfig } from 'vitest/config';

const ALONE = '**/*.alone.test.ts';
const SLOW = '**/*.slow.test.ts';
const exclude = ['**/node_modules/**', '**/dist/**', '*/*/artifacts/**'];

// A test that starts Nx in a workspace of its own must not take itself for a task of this one; and what a command prints
// is compared without colors.
for (const name of Object.keys(process.env)) {
  if (name.startsWith('NX_') || name === 'FORCE_COLOR') delete process.env[name];
}
// Suites run beside each other: threads of OpenMP that wait by spinning would take the cores away from them.
process.env.OMP_NUM_THREADS ??= '1';

/**
 * `x.test.ts` runs beside others; `x.alone.test.ts` after them, by itself: it starts whole programs that need every core;
 * `x.slow.test.ts` in `npm run test:all` only. Real tools start slowly on first use: a Python environment is made once,
 * and then found.
 */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    projects: [
      project('beside', 0, {
        include: ['{apps,libs,infra,benchmarks,generators}/**/*.test.ts'],
        exclude: [...exclude, ALONE, SLOW],
      }),
      project('alone', 1, { include: [ALONE], exclude, maxWorkers: 1 }),
      // Whole projects are removed at the end, with all that was installed in them.
      project('slow', 2, { include: [SLOW], exclude, maxWorkers: 1, hookTimeout: 300_000 }),
    ],
  },
});

function project(
  name: string,
  groupOrder: number,
  test: { include: string[]; exclude: string[]; maxWorkers?: number; hookTimeout?: number },
) {
  return { extends: true as const, test: { name, sequence: { groupOrder }, ...test } };
}
