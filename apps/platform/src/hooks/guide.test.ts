import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WORKSPACE } from '../workspace.ts';
import { HOOK_HELP } from './hook.ts';
import { readSettings } from './settings.ts';

const GUIDE = readFileSync(join(WORKSPACE, 'docs/hooks.md'), 'utf8');

test('the hooks of the guide are those that are there', () => {
  const [, table = ''] = /\n(\| hook[\s\S]*?)\n\n/.exec(GUIDE) ?? [];
  const named = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  const entries = readdirSync(join(WORKSPACE, '.husky'), { withFileTypes: true });
  const there = entries.filter((entry) => entry.isFile() && entry.name !== 'settings.json').map(({ name }) => name);
  expect(named.toSorted()).toEqual(there.toSorted());
});

test('the settings of the guide are those that hold without any', async () => {
  const [, settings = ''] = /```json\n([\s\S]*?)```/.exec(GUIDE) ?? [];
  const empty = await mkdtemp(join(tmpdir(), 'no-settings-'));
  onTestFinished(() => rm(empty, { recursive: true }));
  expect(JSON.parse(settings)).toEqual(await readSettings(empty));
});

test('each command of the guide on hooks is in their help', () => {
  const commands = [...GUIDE.matchAll(/^npx platform hook ([\w-]+)/gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(1);
  for (const name of commands) expect(HOOK_HELP).toContain(`npx platform hook ${name}`);
});

test('what the guide has for something wrong is what is said', () => {
  const sources = ['bin/hook.mjs', 'src/hooks/push/unsent-data.ts'];
  const said = sources.map((file) => readFileSync(join(WORKSPACE, 'apps/platform', file), 'utf8')).join('\n');
  for (const text of ['nothing is installed here', "Git's hooks need Node 24 or newer", 'are not looked for']) {
    expect(GUIDE).toContain(text);
    expect(said).toContain(text);
  }
});
