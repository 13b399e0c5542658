import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../bin/platform.mjs', import.meta.url));
const platform = (...args: string[]) => execa('node', [bin, ...args], { preferLocal: true, reject: false });

test.each([
  [[], 'npx platform start [PIPELINE]'],
  [['--help'], 'npx platform COMMAND --help'],
  [['start', '--help'], '--once'],
  [['lock', '--help'], '--upgrade'],
  [['check', '--help'], '--stores'],
  [['data'], 'npx platform data gc'],
  [['hook'], 'npx platform hook pre-push'],
  [['github', 'setup', '--help'], '--dry-run'],
  [['monitor', '--help'], '--min-rows N'],
  [['data', 'push', '--help'], '--jobs N'],
  [['models'], 'npx platform models rollback NAME'],
  [['image', 'model-server', '--help'], '--registry LOCATION'],
  [['release'], '--digest sha256:'],
  [['deploy'], 'npx platform deploy rollback --env STACK'],
  [['train', '--help'], '--affected'],
])('%j prints help', async (args, text) => {
  const { exitCode, stdout } = await platform(...args);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(text);
});

test.each([
  [['strat'], "there is no command 'strat'", "did you mean 'start'?"],
  [['lock'], 'one project is needed', 'npx platform lock --help'],
  [['check', '--store'], "Unknown option '--store'", 'npx platform check --help'],
  [['check', 's3://lake'], 'a STORE goes with --stores', 'npx platform check --help'],
  [['deploy', 'rolback'], "there is no command 'deploy rolback'", "did you mean 'rollback'?"],
  [['deploy', '--env', 'dev'], '--release is needed: the file of the release', 'npx platform deploy --help'],
  [['deploy', 'promote', '--from', 'dev'], '--to is needed: the next stack', 'npx platform deploy --help'],
  [['deploy', 'status', '--watch', '1'], "Unknown option '--watch'", 'npx platform deploy --help'],
  [['release', 'create', '--tag', 'x'], "Unknown option '--tag'", 'npx platform release --help'],
  [['image', 'model-server', 'steps'], 'one image at a time', 'npx platform image --help'],
  [['data', 'psh'], "there is no command 'data psh'", "did you mean 'push'?"],
  [['data', 'push', '--job', '1'], "Unknown option '--job'", 'npx platform data --help'],
  [['data', 'push', '--jobs', '0'], "--jobs is '0', expected a number from 1", 'npx platform data --help'],
  [['data', 'add'], 'data add needs a file or folder', 'npx platform data --help'],
  [['data', 'add', '/etc/passwd'], '/etc/passwd is outside of the workspace', 'npx platform data --help'],
  [['data', 'diff', 'a', 'b', 'c'], 'data diff takes 2 words at most', 'npx platform data --help'],
  [['data', 'gc', '--keep', 'all'], "--keep is 'all', expected commits", 'npx platform data --help'],
  [['data', 'remote', 'http://x'], "the data can't be stored there: 'http://' is no store", 'name a bucket'],
  [['models', 'promot'], "there is no command 'models promot'", "did you mean 'promote'?"],
  [['models', 'compare'], 'models compare needs the name of a model', 'npx platform models --help'],
  [['models', 'promote', 'x'], 'models promote needs a model and a version', 'npx platform models --help'],
  [['models', 'list', 'a', 'b'], 'models list takes one word at most', 'npx platform models --help'],
  [['models', 'list', '--registry', 'ftp://x'], 'ftp://x is no location in a store', 'name a bucket and a prefix'],
  [['train', '--base', 'main'], '--base goes with --affected', 'npx platform train --help'],
  [['hook', 'pre-comit'], "there is no hook 'pre-comit'", "did you mean 'pre-commit'?"],
  [['github', 'setpu'], "there is no command 'github setpu'", "did you mean 'setup'?"],
  [['github', 'plan'], 'plan needs --base', 'npx platform github --help'],
  [['monitor'], 'monitor needs one model', 'npx platform monitor --help'],
  [['start', '--prot', '1'], "Unknown option '--prot'", 'npx platform start --help'],
  [['start', '--port', '99999'], '--port is "99999"', 'npx platform start --help'],
  [['start', 'one', 'two'], 'one pipeline at a time, got one two', 'npx platform start --help'],
])('%j is a usage error', async (args, message, hint) => {
  const { exitCode, stderr } = await platform(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error: ${message}`);
  expect(stderr).toContain(`hint:  ${hint}`);
});

test('a project that is not there is refused with the nearest name', async () => {
  const { exitCode, stderr } = await platform('lock', 'platfrom');
  expect(exitCode).toBe(7);
  expect(stderr).toContain("error: there is no project 'platfrom' in apps or libs\nhint:  did you mean 'platform'?");
});

test('a port in use is refused before the pipeline runs', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { exitCode, stderr, stdout } = await platform('start', '--port', String(port));
  server.close();
  expect(exitCode).toBe(5);
  expect(stderr).toBe(`error: port ${port} on 127.0.0.1 is in use\nhint:  pass --port 0 for a free one`);
  expect(stdout).toBe('');
});

test('a Node too old for TypeScript is told so', async () => {
  const old = `Object.defineProperty(process, 'versions', { value: { node: '20.20.0' } }); await import(${JSON.stringify(bin)});`;
  const { exitCode, stderr } = await execa('node', ['--input-type=module', '-e', old], {
    preferLocal: true,
    reject: false,
  });
  expect(exitCode).toBe(5);
  expect(stderr).toContain('platform needs Node 24 or newer');
});
