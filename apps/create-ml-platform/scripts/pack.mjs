/** Writes dist/create-ml-platform-VERSION.tgz: `npm run pack`. */
import { fileURLToPath } from 'node:url';

if (process.features.typescript) {
  const { runMain } = await import('@ml-platform/errors');
  const { pack } = await import('../src/pack/pack.ts');
  await runMain(async () => {
    const tarball = await pack(fileURLToPath(new URL('../../../', import.meta.url)));
    process.stdout.write(`${tarball}\n`);
  });
} else {
  process.stderr.write(`error: Node ${process.versions.node} can't run TypeScript\nhint:  npm run pack\n`);
  process.exitCode = 5;
}
