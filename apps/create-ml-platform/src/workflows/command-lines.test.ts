import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { everyWorkflow } from './every-workflow.ts';
import { ciFiles, CLOUDS, REPOSITORY } from './lay-out.ts';

const texts = [
  ...everyWorkflow().flatMap(({ files }) => [...files.values()]),
  ...CLOUDS.flatMap((clouds) => [...ciFiles('azure-devops', clouds).values()]),
];
const lines = texts
  .flatMap((text) => text.replaceAll(/\\\n\s*/g, '').split('\n'))
  .filter((line) => !/^\s*#/.test(line));

/** By command, the flags that workflows give it. */
function flagsOf(pattern: RegExp): [string, string[]][] {
  const found = new Map<string, Set<string>>();
  for (const line of lines) {
    for (const [whole, command = ''] of line.matchAll(pattern)) {
      const [own = ''] = line.slice(line.indexOf(whole) + whole.length).split(/\|\||&&|\)"? |;/);
      const flags = found.get(command) ?? new Set();
      for (const [flag] of own.matchAll(/--[a-z][a-z0-9-]*/g)) flags.add(flag);
      found.set(command, flags);
    }
  }
  return [...found].map(([command, flags]) => [command, [...flags].sort()]);
}

function help(file: string, ...command: string[]): string {
  return execFileSync(process.execPath, [join(REPOSITORY, file), ...command, '--help'], { encoding: 'utf8' });
}

test.each(flagsOf(/npx platform ([a-z-]+)/g))('npx platform %s has %j', (command, flags) => {
  const text = help('apps/platform/bin/platform.mjs', command);
  expect(flags.filter((flag) => !text.includes(flag))).toEqual([]);
});

test.each(flagsOf(/npx nx run (?:infra-aws|"\$PROJECT):([a-z-]+)"?/g))(
  'npx nx run infra-aws:%s has %j',
  (command, flags) => {
    const text = help('infra/conventions/bin/stack.mjs', command);
    expect(text).toContain(`  ${command} `);
    expect(flags.filter((flag) => !text.includes(flag))).toEqual([]);
  },
);
