/**
 * Runs a command of this workspace on a fresh clone too: `node with-install.mjs COMMAND ...` installs the locked
 * dependencies if there are none, then runs COMMAND with the workspace's own Node. Plain JavaScript: the machine's Node
 * may be older than the workspace's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const windows = process.platform === 'win32';
const [command, ...rest] = process.argv.slice(2);

if (command === undefined) fail('no command given', 'node apps/platform/bin/with-install.mjs vitest run');
if (!existsSync(join(root, 'node_modules', '.package-lock.json')))
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
await run(command, rest);

async function run(program, args) {
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const child = spawn(program, args, { cwd: root, env, stdio: 'inherit', shell: windows });
  // A terminal sends SIGINT to the child too: wait for its end. SIGTERM comes here alone.
  const wait = () => {};
  const forward = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', forward);
  try {
    const [status] = await once(child, 'exit');
    if (status !== 0) process.exit(status ?? 1);
  } catch (error) {
    fail(`${program} can't be run: ${error.message}`, 'npm ci');
  }
  process.off('SIGINT', wait).off('SIGTERM', forward);
}

function fail(message, hint) {
  process.stderr.write(`error: ${message}\nhint:  ${hint}\n`);
  process.exit(2);
}
