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
