import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readStackConfig } from '@ml-platform/conventions';
import { readStackFile } from '@ml-platform/conventions/program';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { BOOTSTRAP_CONFIG } from './bootstrap/settings.ts';
import { STACK_CONFIG } from './config/settings.ts';

const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const GUIDE = readFileSync(`${WORKSPACE}docs/aws.md`, 'utf8');
const DIGEST = `sha256:${'0'.repeat(64)}`;

const blocks = (language: string) =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);
const commands = blocks('sh')
  .flatMap((text) => text.replaceAll('\\\n', '').split('\n'))
  .map((line) => line.replace(/ #.*/, '').trim());

test.each(blocks('yaml'))('what the guide has for a stack file is taken: %s', (text) => {
  const isBootstrap = text.includes('Pulumi.bootstrap.yaml');
  const [folder, file] = isBootstrap ? [`${FOLDER}bootstrap`, 'bootstrap'] : [FOLDER, 'dev'];
  const { project, stack, config } = readStackFile(folder, file);
  const { config: said } = parse(text.replaceAll('sha256:…', DIGEST)) as { config: Record<string, unknown> };
  const own = Object.entries(said).map(([key, value]) => {
    return [key.replace(/^acme:/, `${project}:`), typeof value === 'string' ? value : JSON.stringify(value)];
  });
  const values: Record<string, string> = { ...config, ...Object.fromEntries(own) };
  // In place of it.
  if ('acme:azureDevOps' in said) delete values[`${project}:repository`];
  const facts = { project, stack };
  const settings = isBootstrap
    ? readStackConfig(BOOTSTRAP_CONFIG, facts, { [`${project}:environment`]: 'prod', ...values })
    : readStackConfig(STACK_CONFIG, facts, values);
  for (const key of Object.keys(said)) expect(settings).toHaveProperty(key.replace(/^acme:/, ''));
});

test('each command on stacks is there', async () => {
  const { stdout } = await execa(process.execPath, ['infra/conventions/bin/stack.mjs', '--help'], { cwd: WORKSPACE });
  const named = commands.flatMap((line) => /nx run infra-aws:(\w+)/.exec(line)?.[1] ?? []);
  expect(new Set(named).size).toBeGreaterThan(4);
  for (const name of named) expect(stdout).toMatch(new RegExp(`^ +${name} `, 'm'));
});

test('each file that it names is there', () => {
  const named = [...GUIDE.matchAll(/`((?:infra|libs)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !existsSync(`${WORKSPACE}${path}`))).toEqual([]);
});
