import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelManifest, modelManifestSchema } from '@ml-platform/registry';
import { expect, onTestFinished, test } from 'vitest';
import { WORKSPACE } from '../workspace.ts';
import type { ColumnDrift } from './drift.ts';
import { MONITOR_HELP } from './monitor.ts';
import { readMonitorOptions } from './options.ts';
import { withPredictions } from './predictions/open-predictions.ts';
import { readReference } from './reference.ts';
import { describeDrift } from './report.ts';

const GUIDE = readFileSync(join(WORKSPACE, 'docs/monitoring.md'), 'utf8');
const blocks = (language: string) =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
const commands = blocks('sh').flatMap((text) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim()),
);

const column = (name: string, index: number, more: Partial<ColumnDrift> = {}): ColumnDrift => {
  return { name, of: 'input', index, limit: 0.2, drifted: false, bins: [], ...more };
};

test('each command of the guide is taken, and its flags are in the help', () => {
  const monitors = commands.filter((command) => command.startsWith('npx platform monitor '));
  expect(monitors.length).toBe(3);
  for (const command of monitors) {
    const args = command.split(' ').slice(3);
    expect(readMonitorOptions(args, {}).model).toBe('flight-delays');
    for (const flag of args.filter((arg) => arg.startsWith('--'))) expect(MONITOR_HELP).toContain(`  ${flag} `);
  }
  for (const [, flag = ''] of GUIDE.matchAll(/`(--[a-z-]+)/g)) expect(MONITOR_HELP).toContain(`  ${flag} `);
});

test('what the guide says that is printed is what is printed', () => {
  const [expected] = blocks('text');
  const columns = [
    column('hour', 0.31204, { drifted: true }),
    column('delay_probability', 0.071, { of: 'score' }),
    column('origin', 0.0034),
  ];
  const text = describeDrift({
    model: 'flight-delays',
    version: '3',
    rows: 12_000,
    referenceRows: 1_000_000,
    from: '2026-05-01T00:00:12.000Z',
    to: '2026-05-07T23:59:40.000Z',
    judged: true,
    minRows: 1000,
    drifted: true,
    highest: 0.31204,
    columns,
  });
  expect(text).toBe(expected);
});

test("the guide's line is read by the guide's reference", async () => {
  const [line = '', reference = ''] = blocks('json').map((text) => JSON.parse(text));
  const folder = await mkdtemp(join(tmpdir(), 'guide-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'log.jsonl'), `${JSON.stringify(line)}\n`);
  const manifest: ModelManifest = modelManifestSchema.parse({
    formatVersion: '1.0',
    signature: {
      inputs: [
        { name: 'origin', type: 'string' },
        { name: 'destination', type: 'string' },
        { name: 'hour', type: 'float32' },
      ],
      outputs: [{ name: 'delay_probability', type: 'float32' }],
    },
    example: line.inputs,
    reference,
  });
  const known = readReference('flight-delays 3', manifest);
  const expected = ['origin', 'hour', 'delay_probability'];
  expect(known.columns.map(({ name }) => name)).toEqual(expected);
  const question = { predictions: folder, model: line.model, since: undefined, reference: known };
  await withPredictions(question, async (predictions) => {
    expect((await predictions.extent()).rows).toBe(1);
    for (const one of known.columns) {
      const value = predictions.expression(one);
      const wanted = { ...line.inputs, ...line.outputs }[one.name];
      const literal = typeof wanted === 'string' ? `'${wanted}'` : String(wanted);
      expect(await predictions.count([`${value} = ${literal}`])).toEqual([1]);
    }
  });
});
