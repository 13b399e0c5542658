import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type GhState, standInGh } from '../testing/stand-in.ts';
import { cutBody } from './cut-body.ts';

function github(state: Partial<GhState> = {}) {
  const gh = standInGh(state);
  onTestFinished(gh.remove);
  const report = (text: string) => writeFileSync(join(gh.folder, 'report.md'), text);
  const args = ['comment', '--file', join(gh.folder, 'report.md'), '--repo', 'acme/flights', '--pr', '7'];
  const comment = async (marker: string, env: Record<string, string> = {}) => {
    const { stdout, stderr } = await gh.platform([...args, '--marker', marker, '--json'], env);
    expect(stderr).toBe('');
    return (JSON.parse(stdout) as { action: string }).action;
  };
  return { gh, report, comment, bodies: () => gh.state().comments.map(({ body }) => body) };
}

test('a marker has one comment, which follows its report', async () => {
  const { report, comment, bodies } = github();
  report('# One\n');
  expect(await comment('train')).toBe('new');
  expect(await comment('infra-aws-dev')).toBe('new');
  expect(await comment('train')).toBe('as it was');
  report('# Two\n');
  expect(await comment('train')).toBe('updated');
  expect(bodies()).toEqual(['<!-- platform:train -->\n# Two\n', '<!-- platform:infra-aws-dev -->\n# One\n']);
});

test('it is found behind a hundred others; in a workflow, what somebody else wrote is left alone', async () => {
  const others = Array.from({ length: 130 }, (_, id) => ({ id, body: 'hm', user: { login: 'ada' } }));
  const forged = { id: 500, body: '<!-- platform:train -->\nmine', user: { login: 'mallory' } };
  const { gh, report, comment, bodies } = github({ comments: [...others, forged] });
  report('# One\n');
  expect(await comment('train', { GITHUB_ACTIONS: 'true' })).toBe('new');
  report('# Two\n');
  expect(await comment('train', { GITHUB_ACTIONS: 'true' })).toBe('updated');
  expect(bodies().slice(130)).toEqual(['<!-- platform:train -->\nmine', '<!-- platform:train -->\n# Two\n']);
  expect(gh.state().comments).toHaveLength(132);
});

test('the pull request and the repository of a workflow are its own', async () => {
  const { gh, report } = github();
  report('# One\n');
  const event = join(gh.folder, 'event.json');
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
  const args = ['comment', '--file', join(gh.folder, 'report.md'), '--marker', 'train'];
  const env = { GITHUB_EVENT_PATH: event, GITHUB_REPOSITORY: 'acme/flights' };
  const { stdout } = await gh.platform(args, env);
  expect(stdout).toBe("the comment 'train' of pull request 7 is new");
});

test('a report that is too long is cut, and says where the rest is', async () => {
  const { report, comment, bodies } = github();
  report(`# Long\n\`\`\`\n${'a line of a log\n'.repeat(6000)}\`\`\`\n`);
  const run = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/flights', GITHUB_RUN_ID: '42' };
  expect(await comment('train', run)).toBe('new');
  const [body = ''] = bodies();
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(
    /a line of a log\n```\n\n_The report.*\[the run\]\(https:\/\/github\.com\/acme\/flights\/actions\/runs\/42\) has the rest\._$/,
  );
});

test('a cut text fits, keeps whole letters, and closes what it opened', () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constant('```'),
    fc.constant('😀'.repeat(30)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 40, max: 400 }), (lines, longest) => {
      const text = lines.join('\n');
      const cut = cutBody(text, '_note_', longest);
      expect(cut.length).toBeLessThanOrEqual(Math.max(longest, 0));
      expect(cut.isWellFormed()).toBe(text.isWellFormed());
      if (text.length <= longest) return void expect(cut).toBe(text);
      expect(cut.endsWith('_note_')).toBe(true);
      expect((cut.match(/^ {0,3}```/gm) ?? []).length % 2).toBe(0);
    }),
  );
});

test.each([
  [['--marker', 'train'], 'comment needs --file and --marker'],
  [['--file', 'x', '--marker', 'a-->'], "--marker is 'a-->'"],
  [['--file', 'x', '--marker', 'train', '--pr', 'x'], "--pr is 'x'"],
  [['--file', 'x', '--marker', 'train'], 'which pull request? Pass --pr N'],
  [['--file', 'x', '--marker', 'train', '--pr', '7', '--repo', 'acme'], "--repo is 'acme', expected OWNER/NAME"],
])('%j is refused', async (args, message) => {
  const { gh } = github();
  const { exitCode, stderr } = await gh.platform(['comment', ...args]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});
