import { defineConfig } from 'vitest/config';

/** Real tools start slowly on first use: a Python environment is made once, and then found. */
export default defineConfig({
  test: { testTimeout: 120_000, hookTimeout: 60_000, include: ['{apps,libs}/**/*.test.ts'] },
});
