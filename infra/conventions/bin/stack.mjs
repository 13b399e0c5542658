#!/usr/bin/env node
/** Plain JavaScript: says what is wrong on a Node that can't read the TypeScript behind it. */
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `error: stacks need Node 24 or newer, this is ${process.version}\nhint:  run it through npx nx: that uses the workspace's own Node\n`,
  );
  process.exit(5);
}
const { runMain } = await import('@ml-platform/errors');
const { main } = await import('../src/command/main.ts');
await runMain(() => main(process.argv.slice(2)));
