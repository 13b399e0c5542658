import { fileURLToPath } from 'node:url';
import { readStackConfig } from '@ml-platform/conventions';
import { readStackFile, runStack, stackNamesIn } from '@ml-platform/conventions/program';
import { describe, expect, test } from 'vitest';
import { STACK_CONFIG } from './config/settings.ts';
import cloud from './project.ts';
import { brokenPolicies } from './testing/broken-policies.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** A reference to something that a stand-in doesn't answer ends as this word. */
const LOST = /undefined|\[object Object\]/;

describe.each(stackNamesIn(FOLDER))('stack %s', (stack) => {
  const { environment } = readStackConfig(
    STACK_CONFIG,
    readStackFile(FOLDER, stack),
    readStackFile(FOLDER, stack).config,
  );

  test('keeps all policies, and refers to nothing that is not there', async () => {
    const { resources } = await runStack(cloud, FOLDER, stack);
    expect(brokenPolicies(resources, environment)).toEqual([]);
    const lost = resources.filter(({ inputs }) => LOST.test(JSON.stringify(inputs)));
    expect(lost.map(({ name, inputs }) => [name, inputs])).toEqual([]);
  });

  test('is planned before the cloud has answered anything', async () => {
    const before = await runStack(cloud, FOLDER, stack, { isPreview: true });
    const after = await runStack(cloud, FOLDER, stack);
    expect(before.resources.map(({ urn }) => urn).sort()).toEqual(after.resources.map(({ urn }) => urn).sort());
  });
});

test.each<[string, string, Record<string, unknown>, string]>([
  [
    'an unknown key',
    'dev',
    { lake: { acessLogs: true } },
    "lake.acessLogs: got true, expected no such key: did you mean 'accessLogs'?",
  ],
  ['a network that overlaps another', 'prod', { network: { reserved: ['10.32.128.0/20'] } }, '10.32.128.0/20'],
  ['prod without backups', 'prod', { backup: { enabled: false } }, 'backup.enabled: got false, expected true'],
  [
    'prod that is off at night',
    'prod',
    { costControl: { offHours: true } },
    'costControl.offHours: got true, expected false',
  ],
  ['no account', 'dev', { account: undefined }, 'account: missing, expected the twelve digits of the AWS account'],
  ['an account that is none', 'dev', { account: '1234' }, 'account: got "1234", expected the twelve digits'],
  [
    'a pipeline that is nowhere',
    'dev',
    { events: { retrainPipeline: 'flights' } },
    'events.retrainPipeline: got "flights"',
  ],
])('%s is refused before anything is asked for', async (_, stack, config, said) => {
  const asked: string[] = [];
  const standIn: typeof cloud.standIn = (type, ...of) => {
    asked.push(type);
    return cloud.standIn(type, ...of);
  };
  await expect(runStack({ ...cloud, standIn }, FOLDER, stack, { config })).rejects.toThrow(said);
  expect(asked).toEqual([]);
});
