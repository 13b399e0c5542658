import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { describeBake, MINUTES } from './testing/bake.ts';

const SMALLEST = ['--example', 'none', '--clouds', 'none', '--ci', 'none'];

describeBake('the smallest project', SMALLEST, ({ folder, run }) => {
  test(
    'takes data of its own to a served model, as docs/own-data.md says',
    async () => {
      await writeGuide(folder());
      await writeFile(join(folder(), 'apps/churn/data/customers.csv'), customers(2000));
      await run('npm', 'install', '--no-audit', '--no-fund');
      await run('npx', 'platform', 'lock', 'churn');
      const { stdout } = await run('npm', 'start', '--silent', '--', 'churn', '--once', '--json', '--port', '0');
      const { service, prediction } = JSON.parse(stdout);
      expect(service).toMatchObject({ model: 'churn', version: '1' });
      expect(prediction.input).toMatchObject({
        plan: expect.stringMatching(/basic|plus/),
        months: expect.any(Number),
      });
      expect(prediction.output.probability).toBeGreaterThan(0);
      await run('npm', 'run', 'lint');
    },
    10 * MINUTES,
  );

  test(
    'grows by every generator, and passes its own check and tests then',
    async () => {
      await writeFile(join(folder(), 'visits.csv'), 'shop,visitors\nnorth,7\nsouth,4\n');
      const all = [
        ['library', 'billing'],
        ['pipeline', 'visits', '--data', 'visits.csv'],
        ['step', 'busy-shops', '--pipeline', 'visits', '--after', 'validate'],
        ['service', 'visits-server', '--model', 'visits'],
        ['service', 'front', '--kind', 'plain'],
      ];
      for (const args of all) await run('npx', 'nx', 'generate', ...args);
      await run('npm', 'run', 'lint');
      await run('npx', 'nx', 'run', 'visits:run');
      const made = ['billing', 'visits', 'visits-server', 'front', 'generators'];
      await run('npx', 'nx', 'run-many', '--targets=test', `--projects=${made.map((name) => `*${name}`).join(',')}`);
      await run('git', 'add', '--all');
      await run('git', '-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '--message', 'grown');
      for (const args of all) await run('npx', 'nx', 'generate', ...args);
      expect((await run('git', 'status', '--porcelain')).stdout).toBe('');
    },
    15 * MINUTES,
  );
});

/** Writes the files that the guide shows, each a code block under its own path. */
async function writeGuide(project: string): Promise<void> {
  const guide = await readFile(join(project, 'docs/own-data.md'), 'utf8');
  const files = [...guide.matchAll(/^`(apps\/churn\/[^`]+)`:\n\n```\w+\n(.*?)^```$/gms)];
  expect(files.length).toBe(10);
  await mkdir(join(project, 'apps/churn/data'), { recursive: true });
  for (const [, path = '', content = ''] of files) {
    await mkdir(join(project, dirname(path)), { recursive: true });
    await writeFile(join(project, path), content);
  }
}

/** Customers of whom those on the basic plan leave early; every tenth has no age. */
function customers(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const plan = index % 3 === 0 ? 'plus' : 'basic';
    const months = (index * 7) % 60;
    const churned = plan === 'basic' && (index * 13) % 60 > months ? 1 : 0;
    return `${plan},${months},${index % 10 === 0 ? '' : 20 + (index % 50)},${churned}`;
  });
  return ['plan,months,age,churned', ...rows, ''].join('\n');
}
