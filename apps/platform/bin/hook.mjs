/**
 * What the one line of each file in .husky starts: `node hook.mjs NAME ARGUMENTS`. Plain JavaScript, and without packages:
 * a Git that a desktop program starts may find an older Node, or a clone in which nothing is installed yet.
 */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const [name = ''] = process.argv.slice(2);
const [major = 0] = process.versions.node.split('.').map(Number);

if (['true', '1'].includes(process.env.CI ?? '')) process.exit(0);
if (!existsSync(`${modules}/.package-lock.json`)) stop('nothing is installed here');
if (major < 24) stop(`Git's hooks need Node 24 or newer, this is ${process.version}`);
module.enableCompileCache(`${modules}/.cache/node`);
const { runMain } = await import('@ml-platform/errors');
const { hook } = await import('../src/hooks/hook.ts');
await runMain(() => hook(process.argv.slice(2)));

/** What Git has done already is not undone: a hook named post-… only says what is wrong. */
function stop(message) {
  const skip = name.startsWith('post-') ? '' : '; to go on without the checks, pass --no-verify to Git';
  process.stderr.write(`${name}: ${message}\nhint:  npm ci brings what the hooks need, Node included${skip}\n`);
  process.exit(name.startsWith('post-') ? 0 : 5);
}
