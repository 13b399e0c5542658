import { fileURLToPath } from 'node:url';
import { readStackConfig } from '@ml-platform/conventions';
import { readStackFile, runStack, stackNamesIn } from '@ml-platform/conventions/program';
import { arbitraryConfig } from '@ml-platform/conventions/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { STACK_CONFIG } from './config/settings.ts';
import cloud from './project.ts';
import { brokenPolicies } from './testing/broken-policies.ts';
import { SAMPLES } from './testing/samples.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const STACKS = stackNamesIn(FOLDER);
const SECTIONS = STACK_CONFIG.sections;

const switches = Object.entries(SECTIONS)
  .filter(([, { schema }]) => 'enabled' in schema.shape)
  .map(([name]) => name);

describe.each(STACKS)('stack %s', (stack) => {
  const file = readStackFile(FOLDER, stack);
  const { environment } = readStackConfig(STACK_CONFIG, file, file.config);

  let plain: Awaited<ReturnType<typeof runStack>>;
  beforeAll(async () => {
    plain = await runStack(cloud, FOLDER, stack);
  });

  test.each(Object.entries(SAMPLES))('keeps all policies with %s', async (_, config) => {
    const { resources } = await runStack(cloud, FOLDER, stack, { config });
    expect(brokenPolicies(resources, environment)).toEqual([]);
    const of = (all: typeof resources) => new Set(all.map(({ urn }) => urn));
    expect([...of(resources)].filter((urn) => !of(plain.resources).has(urn))).not.toEqual([]);
    const unknown = await runStack(cloud, FOLDER, stack, { config, isPreview: true });
    expect(of(unknown.resources)).toEqual(of(resources));
  });

  test.each(switches)('has or lacks %s as its file says', async (section) => {
    const config = (enabled: boolean) => ({ [section]: { ...written(stack, section), enabled } });
    const off = await runStack(cloud, FOLDER, stack, { config: config(false) }).catch((thrown: Error) => thrown);
    const on = await runStack(cloud, FOLDER, stack, { config: config(true) }).catch((thrown: Error) => thrown);
    // What an environment must have, or must not have, is refused by a rule that names it.
    for (const run of [off, on]) {
      if (run instanceof Error) expect(run.message).toContain(`Pulumi.${stack}.yaml: `);
      else expect(brokenPolicies(run.resources, environment)).toEqual([]);
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
      expect(environment && brokenPolicies(resources, environment)).toEqual([]);
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
