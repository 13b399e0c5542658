import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openRegistry } from '@ml-platform/registry/shared';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { modelFolder } from '../testing/model-folder.ts';
import { printed } from '../testing/printed.ts';
import { trainOptions } from '../train/options.ts';
import { WORKSPACE } from '../workspace.ts';
import { models } from './models.ts';

const GUIDE = await readFile(join(WORKSPACE, 'docs/models.md'), 'utf8');
const blocks = (language: string) =>
  [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
const commands = blocks('sh').flatMap((text) => text.trim().split('\n'));

let workspace: string;
let shared: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'guide-'));
  shared = pathToFileURL(join(workspace, 'shared')).href;
  vi.stubEnv('MODEL_REGISTRY', shared);
  await mkdir(join(workspace, 'apps/churn'), { recursive: true });
  await writeFile(join(workspace, 'apps/churn/gate.yaml'), blocks('yaml')[0] ?? '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(workspace, { recursive: true });
});

async function candidate(skill: number): Promise<void> {
  const registry = await openRegistry(join(workspace, 'models'));
  const source = await modelFolder(join(workspace, `skill-${skill}`), `skill ${skill}`);
  const { version } = await registry.register({ name: 'churn', source, metrics: { skill, loss: 0.5 } });
  await registry.setAlias('churn', 'candidate', version);
  await registry.close();
}

/** The words of a command line, without the quotes around some of them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

test('every command of the guide is one of these, and train takes its flags', () => {
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands.filter((one) => !one.startsWith('export MODEL_REGISTRY='))) {
    const [npx, platform, name, ...args] = wordsOf(command);
    expect([npx, platform], command).toEqual(['npx', 'platform']);
    if (name === 'train') expect(trainOptions(args), command).toBeDefined();
    else expect(name, command).toBe('models');
  }
});

test('the commands on models do, one after the other, what the guide says', async () => {
  const out = (path: string) => join(workspace, path);
  await candidate(0.3);
  const ran = commands.filter((one) => one.startsWith('npx platform models '));
  for (const command of ran) {
    // What is promoted against the gate is another candidate, and a worse one.
    if (command.includes('--force')) {
      await candidate(0.2);
      await printed(() => models(['push', 'churn'], workspace));
    }
    const words = wordsOf(command).slice(3);
    const args = words.map((word) => (['report.md', 'dist/churn'].includes(word) ? out(word) : word));
    expect((await printed(() => models(args, workspace))).thrown, command).toBeUndefined();
  }
  const registry = await openRegistry(shared);
  const history = await registry.history('churn');
  expect(history.filter(({ alias }) => alias === 'champion').map(({ action, reason }) => [action, reason])).toEqual([
    ['promoted', null],
    ['forced', 'the old data was wrong'],
    ['rolledBack', 'too many errors since noon'],
  ]);
  expect(await readFile(out('report.md'), 'utf8')).toContain('Passes apps/churn/gate.yaml');
  expect((await readdir(out('dist/churn'))).sort()).toEqual(['model.json', 'model.onnx']);
});

test('the program of the guide takes the champion out', async () => {
  await candidate(0.3);
  await printed(() => models(['push', 'churn'], workspace));
  await printed(() => models(['promote', 'churn', 'candidate'], workspace));
  const file = join(workspace, 'take.mts');
  const library = new URL('../../../../libs/registry/src/shared/index.ts', import.meta.url).href;
  const [program = ''] = blocks('ts');
  await writeFile(file, program.replace(/'[^']*\/registry\/shared'/, JSON.stringify(library)));
  await execa(process.execPath, [file], { cwd: workspace });
  expect((await readdir(join(workspace, 'dist/churn'))).sort()).toEqual(['model.json', 'model.onnx']);
});
