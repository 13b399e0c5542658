import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeBake, MINUTES } from './testing/bake.ts';
import { contents } from './testing/packed-command.ts';

const ON_AWS = ['--example', 'none', '--clouds', 'aws', '--ci', 'none'];

// The tests of its stacks run once they have grown.
describeBake('a project on AWS', ON_AWS, ['*/conventions', '*/policy'], ({ folder, run }) => {
  test('has infrastructure of no other cloud', () => {
    // Azure Pipelines deploy to any.
    const pipelines = /azure[ -]?(?:devops|pipelines|subjects)|dev\.azure\.com/gi;
    const others = [...contents(join(folder(), 'infra'))].filter(([path, base64]) => {
      return (
        !path.includes('node_modules') &&
        !/go\.(?:mod|sum)$/.test(path) &&
        /\b(?:azure|gcp)\b|google cloud/i.test(atob(base64).replaceAll(pipelines, ''))
      );
    });
    expect(others.map(([path]) => path)).toEqual([]);
  });

  test(
    'grows by a stack and by a component, which pass its lint and its tests; made again, nothing changes',
    async () => {
      const all = [
        ['stack', 'qa', '--environment', 'staging'],
        ['stack', 'pr-17'],
        ['stack', 'audit-log', '--kind', 'component'],
      ];
      for (const args of all) await run('npx', 'nx', 'generate', ...args);
      await run('npx', 'vitest', 'run', 'infra/aws/stack-schemas', '--update');
      await run('npx', 'nx', 'run', 'infra-aws:inventory');
      await run('npm', 'run', 'lint');
      await run('npx', 'nx', 'test', 'infra-aws');
      const { stdout } = await run('npx', 'nx', 'run', 'infra-aws:cost', '--env', 'qa');
      expect(stdout).toContain('audit-log');
      await run('git', 'add', '--all');
      await run('git', '-c', 'user.name=x', '-c', 'user.email=x@localhost', 'commit', '--quiet', '--message', 'grown');
      for (const args of all) await run('npx', 'nx', 'generate', ...args);
      expect((await run('git', 'status', '--porcelain')).stdout).toBe('');
    },
    15 * MINUTES,
  );
});
