import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageStore } from './testing/base-images.ts';
import { buildImage, type Image } from './testing/buildah.ts';
import { type NumbersWorkspace, numbersWorkspace, PIPELINE } from './testing/numbers-workspace.ts';
import { registrySecrets } from './testing/registries.ts';

const DOCKERFILE = fileURLToPath(new URL('../../image/Dockerfile', import.meta.url));
const REQUIREMENTS = `idna==3.7 \\
    --hash=sha256:028ff3aadf0609c1fd278d8ea3089299412a7a8b9bd005dd08b9f8285bcb5cfc \\
    --hash=sha256:82fee1fc78add43492d3a1898bfa6d8a904cc97d8427f683ed8e798d07761aa0
`;
const MINUTES = 60_000;

const store = await imageStore();

describe.skipIf(store === undefined)('a pipeline in an image', () => {
  let workspace: NumbersWorkspace;
  let lake: string;
  const images: Record<string, Image> = {};

  beforeAll(async () => {
    workspace = await numbersWorkspace(REQUIREMENTS);
    const context = join(workspace.root, 'dist/images/numbers');
    const { exitCode, stderr } = await workspace.bundle(workspace.project, context);
    expect(exitCode, stderr).toBe(0);
    await mkdir(join(context, 'node_modules'));
    await writeFile(join(context, 'node_modules/left-over.ts'), '');
    const secrets = await registrySecrets();
    for (const target of ['typescript', 'python'])
      images[target] = await buildImage(store ?? '', { dockerfile: DOCKERFILE, context, target, secrets });
    lake = await mkdtemp(join(tmpdir(), 'lake-'));
    await chmod(lake, 0o777);
  }, 10 * MINUTES);

  afterAll(async () => {
    for (const image of Object.values(images)) await image.remove();
    await workspace?.remove();
    if (lake) await rm(lake, { recursive: true, force: true });
  });

  async function run(target: string, ...args: string[]): Promise<string> {
    const { exitCode, all } = (await images[target]?.run(args, { volumes: { '/lake': lake } })) ?? {};
    expect(exitCode, all).toBe(0);
    return all ?? '';
  }
  const step = (target: string, name: string) =>
    run(target, 'run-step', '--pipeline', PIPELINE, '--step', name, '--store', '/lake');
  const artifact = async (path: string) => JSON.parse(await readFile(join(lake, 'artifacts', path), 'utf8')) as unknown;

  test('a step in TypeScript, one in Python that reads what it left, and one behind a gate', async () => {
    await step('typescript', 'count');
    expect(await artifact('count/numbers.json')).toEqual([1, 2, 3]);
    await step('python', 'add-up');
    expect(await artifact('add-up/metrics.json')).toEqual({ sum: 6 });
    expect(await step('python', 'celebrate')).toContain('[celebrate] done in');
  });

  test('called with the one word train, as SageMaker does, it finds the rest in a file', async () => {
    const config = await mkdtemp(join(tmpdir(), 'config-'));
    const options = { pipeline: PIPELINE, step: 'count', store: '/lake', _tuning_objective_metric: 'x' };
    await writeFile(join(config, 'hyperparameters.json'), JSON.stringify(options));
    await chmod(config, 0o755);
    const volumes = { '/lake': lake, '/opt/ml/input/config': config };
    const { exitCode, all } = (await images.typescript?.run(['train'], { volumes })) ?? {};
    await rm(config, { recursive: true });
    expect(all).toContain('[count] done in');
    expect(exitCode).toBe(0);
  });

  test('the Python environment is the locked one, and no other is made', async () => {
    const version = 'import idna, sys; print(idna.__version__, sys.executable)';
    expect(await run('python', '/opt/python/bin/python', '-c', version)).toBe('3.7 /opt/python/bin/python');
  });

  test.each(['typescript', 'python'])(
    '%s: nobody is root, and nothing but scratch folders can be written to',
    async (target) => {
      const image = images[target];
      expect(image?.user).toBe('10001:10001');
      expect(await run(target, 'id', '--user')).toBe('10001');
      const writable =
        'find / -xdev -writable ! -type l ! -path "/proc/*" ! -path "/dev/*" ! -path "/sys/*" 2> /dev/null';
      const found = await run(target, 'sh', '-c', `${writable} || true`);
      expect(found.split('\n').toSorted()).toEqual(['/lake', '/run/lock', '/tmp', '/var/tmp']);
    },
  );

  test.each(['typescript', 'python'])('%s: no TypeScript, no npm cache, no secret is left', async (target) => {
    const names = ['*.ts', '*.tsx', '.npmrc', '_cacache', 'pip.conf'].map((name) => `-name "${name}"`).join(' -o ');
    const found = await run(
      target,
      'sh',
      '-c',
      `find /app/node_modules/left-over.ts /app/lib /app/apps /app/libs /app/bin /root /etc /opt -type f \\( ${names} \\) 2> /dev/null || true`,
    );
    expect(found).toBe('');
    console.log(
      `${target}: ${images[target]?.megabytes} MB with its base, built in ${images[target]?.seconds.toFixed(0)} s`,
    );
  });
});
