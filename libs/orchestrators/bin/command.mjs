/** Plain JavaScript: says what is wrong on a Node that can't read the TypeScript behind it. */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Runs a command's entry point with the arguments of this process.
 *
 * @param {string} name
 * @param {() => Promise<(argv: readonly string[]) => Promise<void>>} load
 */
export async function runCommand(name, load) {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 24) {
    process.stderr.write(
      `error: ${name} needs Node 24 or newer, this is ${process.version}\nhint:  run it through npx or npm run: they use the workspace's own Node\n`,
    );
    process.exit(5);
  }
  // Keeps compiled code from one start to the next.
  module.enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url)));
  const { runMain } = await import('@ml-platform/errors');
  const main = await load();
  await runMain(() => main(process.argv.slice(2)));
}
