import { fileURLToPath } from 'node:url';
import { type ENVIRONMENTS, readStackConfig } from '@ml-platform/conventions';
import { readStackFile, runStack, stackNamesIn } from '@ml-platform/conventions/program';
import { arbitraryConfig } from '@ml-platform/conventions/testing';
import { checkPolicies } from '@ml-platform/policy';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STACK_CONFIG } from './config/settings.ts';
import cloud from './project.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const STACKS = stackNamesIn(FOLDER);
const SECTIONS = STACK_CONFIG.sections;

const switches = Object.entries(SECTIONS)
  .filter(([, { schema }]) => 'enabled' in schema.shape)
  .map(([name]) => name);

/** Mandatory rules that a stack breaks, a line each. */
function broken(resources: Parameters<typeof checkPolicies>[0], environment: (typeof ENVIRONMENTS)[number]): string[] {
  return checkPolicies(resources, { environment })
    .filter(({ level }) => level === 'mandatory')
    .map(({ rule, message, urn }) => `${rule}: ${urn?.split('::').at(-1)} ${message}`);
}

/** A reference to something that a stand-in doesn't answer ends as this word. */
const LOST = /undefined|\[object Object\]/;

describe.each(STACKS)('stack %s', (stack) => {
  const { environment } = readStackConfig(
    STACK_CONFIG,
    readStackFile(FOLDER, stack),
    readStackFile(FOLDER, stack).config,
  );

  test('keeps all policies, and refers to nothing that is not there', async () => {
    const { resources } = await runStack(cloud, FOLDER, stack);
    expect(broken(resources, environment)).toEqual([]);
    const lost = resources.filter(({ inputs }) => LOST.test(JSON.stringify(inputs)));
    expect(lost.map(({ name, inputs }) => [name, inputs])).toEqual([]);
  });

  test('is planned before the cloud has answered anything', async () => {
    const before = await runStack(cloud, FOLDER, stack, { isPreview: true });
    const after = await runStack(cloud, FOLDER, stack);
    expect(before.resources.map(({ urn }) => urn).sort()).toEqual(after.resources.map(({ urn }) => urn).sort());
  });

  test.each(switches)('has or lacks %s as its file says', async (section) => {
    const config = (enabled: boolean) => ({ [section]: { ...written(stack, section), enabled } });
    const off = await runStack(cloud, FOLDER, stack, { config: config(false) }).catch((thrown: Error) => thrown);
    const on = await runStack(cloud, FOLDER, stack, { config: config(true) }).catch((thrown: Error) => thrown);
    // What an environment must have, or must not have, is refused by a rule that names it.
    for (const run of [off, on]) {
      if (run instanceof Error) expect(run.message).toContain(`Pulumi.${stack}.yaml: `);
      else expect(broken(run.resources, environment)).toEqual([]);
    }
    if (off instanceof Error || on instanceof Error) return;
    expect(on.resources.length).toBeGreaterThan(off.resources.length);
  });
});

function written(stack: string, section: string): object {
  const { project, config } = readStackFile(FOLDER, stack);
  return JSON.parse(config[`${project}:${section}`] ?? '{}');
}

test('any valid config gives a program that keeps all policies, with names that are valid and unlike', async () => {
  const place = { account: '111111111111', region: 'eu-central-1', owner: 'team', costCenter: 'ml' };
  await fc.assert(
    fc.asyncProperty(arbitraryConfig(STACK_CONFIG), fc.constantFrom(...STACKS), async (sections, stack) => {
      const config = { ...place, ...sections };
      const { environment } = settings(stack, config) ?? {};
      fc.pre(environment !== undefined);
      const { resources } = await runStack(cloud, FOLDER, stack, { config });
      expect(environment && broken(resources, environment)).toEqual([]);
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 300_000);

/** Undefined for a config that a rule refuses. */
function settings(stack: string, config: Readonly<Record<string, unknown>>) {
  const { project, config: file } = readStackFile(FOLDER, stack);
  const over = Object.entries(config).map(([key, value]) => {
    return [`${project}:${key}`, typeof value === 'string' ? value : JSON.stringify(value)];
  });
  try {
    return readStackConfig(STACK_CONFIG, { project, stack }, { ...file, ...Object.fromEntries(over) });
  } catch {
    return undefined;
  }
}
