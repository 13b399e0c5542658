import { expect, test } from 'vitest';
import { GROUPS } from './features.ts';
import { describeBake, MINUTES, QUICK } from './testing/bake.ts';

const names = (group: keyof typeof GROUPS): string[] => GROUPS[group].features.map(({ name }) => name);
const many = (group: 'clouds' | 'ci') => [`--${group}`, names(group).join(',') || 'none'];
const LARGEST = ['--example', names('example')[0] ?? 'none', ...many('clouds'), ...many('ci')];

describeBake('the largest project', LARGEST, ['generators', '*/model-server', '*/flight-delays'], ({ run }) => {
  test(
    'starts: its pipeline runs, its model answers, and Git sees nothing of it',
    async () => {
      const params = QUICK.flatMap((param) => ['--param', param]);
      const { stdout } = await run('npm', 'start', '--silent', '--', '--once', '--json', '--port', '0', ...params);
      const { service, prediction } = JSON.parse(stdout);
      expect(service).toMatchObject({ model: 'flight-delays', version: '1', alias: 'champion' });
      expect(prediction.output.delay_probability).toBeGreaterThan(0);
      expect(prediction.output.delay_probability).toBeLessThan(1);
      expect((await run('git', 'status', '--porcelain')).stdout).toBe('');
    },
    5 * MINUTES,
  );
});
