/** Plain JavaScript, so that an old Node is told what it lacks instead of failing on the TypeScript behind this file. */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  throw new Error(
    `this workspace needs Node 24 or newer, this is ${process.version}: run it as 'npx nx', which uses the workspace's own Node`,
  );
}
// Keeps compiled code from one start to the next.
module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url)));
const { createNodes, preTasksExecution } = await import('./src/plugin.ts');

export const name = '@ml-platform/nx-plugin';
export { createNodes, preTasksExecution };
