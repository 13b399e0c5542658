/** Checks and publishes this repository's release: `npm run release:check -- --help`. */
import { fileURLToPath } from 'node:url';

if (process.features.typescript) {
  const { runMain } = await import('@ml-platform/errors');
  const { release } = await import('../src/release/command.ts');
  await runMain(() => release(fileURLToPath(new URL('../../../', import.meta.url)), process.argv.slice(2)));
} else {
  process.stderr.write(`error: Node ${process.versions.node} can't run TypeScript\nhint:  npm run release:check\n`);
  process.exitCode = 5;
}
