import { globSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { describeBake, MINUTES } from './testing/bake.ts';

const SMALLEST = ['--example', 'none', '--clouds', 'none', '--ci', 'none'];

describeBake('the smallest project', SMALLEST, ['*/model-server', '*/nx-plugin'], ({ folder, run }) => {
  test(
    'has a site of its pages, and of what its libraries say of themselves',
    async () => {
      await run('npm', 'run', 'docs');
      const site = join(folder(), 'dist/docs');
      const pages = globSync('docs/*.md', { cwd: folder() }).map((path) => basename(path, '.md'));
      expect(await readdir(join(site, 'documents'))).toEqual(
        expect.arrayContaining(pages.map((page) => `docs_${page}.html`)),
      );
      const libraries = globSync('libs/*/src/index.ts', { cwd: folder() }).map((path) => path.split('/')[1]);
      expect(libraries.length).toBeGreaterThan(5);
      expect(await readdir(join(site, 'modules'))).toEqual(
        expect.arrayContaining(libraries.map((library) => `libs_${library}_src.html`)),
      );
      const page = await readFile(join(site, 'functions/libs_pipeline_src.runStepAlone.html'), 'utf8');
      for (const said of ['Runs a step by itself', 'for a step that failed or forgot an output']) {
        expect(page).toContain(said);
      }
    },
    3 * MINUTES,
  );

  test(
    'takes data of its own to a served model, as docs/own-data.md says',
    async () => {
      await writeFile(join(folder(), 'customers.csv'), customers(2000));
      for (const [program = '', ...args] of await guideCommands(folder())) await run(program, ...args);
      await run('npm', 'run', 'lint');
      const start = ['--once', '--json', '--port', '0', '--param', 'validate.maxIncompleteShare=0.2'];
      const { stdout } = await run('npm', 'start', '--silent', '--', 'churn', ...start);
      const { service, prediction } = JSON.parse(stdout);
      expect(service).toMatchObject({ model: 'churn', version: '1' });
      expect(prediction.input).toMatchObject({
        plan: expect.stringMatching(/basic|plus/),
        months: expect.any(Number),
      });
      expect(prediction.output.probability).toBeGreaterThan(0);
    },
    10 * MINUTES,
  );

  test(
    'grows by every generator, and passes its own check and tests then',
    async () => {
      await writeFile(join(folder(), 'visits.csv'), 'shop,visitors\nnorth,7\nsouth,4\n');
      await mkdir(join(folder(), 'counters'));
      await writeFile(join(folder(), 'counters/1.csv'), 'shop,at,passed\nnorth,2026-01-01 10:00:00,7\n');
      const counted = ['--key', 'shop', '--timestamp', 'at', '--value', 'passed'];
      const all = [
        ['library', 'billing'],
        ['pipeline', 'visits', '--data', 'visits.csv'],
        ['step', 'busy-shops', '--pipeline', 'visits', '--after', 'validate'],
        ...[
          ['more-visits', '--pipeline', 'visits', '--kind', 'ingest', '--data', 'visits.csv'],
          ['whole-visits', '--pipeline', 'visits', '--kind', 'check', '--after', 'more-visits'],
          ['other-shops', '--pipeline', 'visits', '--after', 'whole-visits'],
          ['score', '--pipeline', 'churn', '--kind', 'evaluate', '--after', 'train'],
        ].map((step) => ['step', ...step, '--language', 'python']),
        ['source', 'counters', '--pipeline', 'visits', '--location', 'counters/*.csv', '--key', 'shop,at'],
        ['feature-set', 'passers-by', '--pipeline', 'visits', '--after', 'counters', ...counted],
        ['service', 'visits-server', '--model', 'visits'],
        ['service', 'front', '--kind', 'plain'],
      ];
      for (const args of all) await run('npx', 'nx', 'generate', ...args);
      await run('npm', 'run', 'lint');
      await run('npx', 'nx', 'run', 'visits:run');
      const made = ['billing', 'churn', 'visits', 'visits-server', 'front', 'generators'];
      await run('npx', 'nx', 'run-many', '--targets=test', `--projects=${made.map((name) => `*${name}`).join(',')}`);
      await run('git', 'add', '--all');
      await run('git', '-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '--message', 'grown');
      for (const args of all) await run('npx', 'nx', 'generate', ...args);
      expect((await run('git', 'status', '--porcelain')).stdout).toBe('');
    },
    15 * MINUTES,
  );
});

/** What the guide has its reader type before the pipeline runs. */
async function guideCommands(project: string): Promise<string[][]> {
  const guide = await readFile(join(project, 'docs/own-data.md'), 'utf8');
  const [, block = ''] = /```sh\n(.*?)```/s.exec(guide) ?? [];
  const commands = block.trim().split('\n');
  expect(commands.length).toBe(4);
  return commands.map((command) => command.split(' '));
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
