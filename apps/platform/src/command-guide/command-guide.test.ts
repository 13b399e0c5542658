import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { WORKSPACE } from '../workspace.ts';
import { commandGuide, type Help } from './command-guide.ts';

const GUIDE = join(WORKSPACE, 'docs/commands.md');
const COMMAND = join(WORKSPACE, 'apps/platform/bin/platform.mjs');

const help: Help = async (args) => {
  const env = { ...process.env, NO_COLOR: '1' };
  return (await promisify(execFile)(process.execPath, [COMMAND, ...args, '--help'], { env })).stdout;
};

/** After a change of a --help: npx vitest run apps/platform/src/command-guide -u */
test('the page on commands says what --help says', async () => {
  await expect(await commandGuide(help)).toMatchFileSnapshot(GUIDE);
});

test('commands below commands have sections of their own, where they have help of their own', async () => {
  const texts: Readonly<Record<string, string>> = {
    '': '  npx platform data COMMAND   versions data\n  npx platform dvc ...   DVC itself\n',
    data: 'Data.\n\n  npx platform data pull\n  npx platform data push\n  --json\n',
    'data pull': 'Data.\n\n  npx platform data pull\n  npx platform data push\n  --json\n',
    'data push': 'Sends.\n\n  npx platform data push [--jobs N]\n',
  };
  const page = await commandGuide(async (args) => texts[args.join(' ')] ?? '');
  expect(page.match(/^#.*$/gm)).toEqual(['# Commands', '## data', '### data push']);
  expect(page).toContain('```text\nSends.\n\n  npx platform data push [--jobs N]\n```\n');
});
