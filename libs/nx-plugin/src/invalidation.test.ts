import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkDocument, dvcFiles, dvcSettings, type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inferTargets } from './infer-targets.ts';

const PROJECT = 'apps/sales';

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'invalidation-')));
  write('package.json', '{ "workspaces": ["apps/*"] }');
  write('node_modules/zod/package.json', '{}');
});
afterEach(() => rmSync(workspace, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text);
}

const lock = (version: string) => JSON.stringify({ packages: { 'node_modules/zod': { version } } });

/** Modules that import one another at will, steps that are made of some of them, and read from steps before. */
const shape = fc.record({
  imports: fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 8, maxLength: 8 }),
  usesZod: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  steps: fc.array(
    fc.record({ module: fc.nat(7), after: fc.array(fc.nat(), { maxLength: 2 }), key: fc.constantFrom('a', 'b') }),
    { minLength: 1, maxLength: 6 },
  ),
});
type Shape = typeof shape extends fc.Arbitrary<infer Value> ? Value : never;

function build({ imports, usesZod, steps }: Shape): PipelineDocument {
  for (const [index, others] of imports.entries()) {
    const lines = others.map((other) => `import './m${other}.ts';`);
    write(`${PROJECT}/src/m${index}.ts`, [...lines, usesZod[index] ? "import 'zod';" : ''].join('\n'));
  }
  write('package-lock.json', lock('1.0.0'));
  write(`${PROJECT}/params.yaml`, 'a: { depth: 1 }\nb: { depth: 1 }\n');
  const depth = { properties: { depth: { type: 'integer' } } };
  const described = steps.map(({ module, after, key }, index) => ({
    name: `step-${index}`,
    runner: { language: 'typescript', module: `src/m${module}.ts` },
    paramsKey: key,
    inputs: {},
    outputs: {},
    after: index === 0 ? [] : [...new Set(after.map((one) => `step-${one % index}`))],
  }));
  return checkDocument({ version: '1.0', name: 'sales', params: { a: depth, b: depth }, steps: described });
}

interface Stage {
  readonly deps?: readonly string[];
  readonly params?: readonly (string | Readonly<Record<string, readonly string[]>>)[];
}

/** By step, all that DVC would see a change of: files, and what stands in parameter files under the step's keys. */
function seenByDvc(document: PipelineDocument): Map<string, string> {
  const files = dvcFiles(document, dvcSettings(document, join(workspace, PROJECT)));
  const { stages } = parse(files.get('dvc.yaml') ?? '') as { stages: Record<string, Stage> };
  const definitions = JSON.parse(files.get('dvc.steps.json') ?? '') as Record<string, string>;
  return new Map(
    Object.entries(stages).map(([name, { deps = [], params = [] }]) => [
      name,
      JSON.stringify([deps.filter((dep) => dep.startsWith('src/')), params, definitions[name]]),
    ]),
  );
}

/** Steps that DVC would run, and all that come after them. */
function withFollowers({ steps }: PipelineDocument, changed: ReadonlySet<string>): string[] {
  const all = new Set(changed);
  for (const step of steps) if (upstream(step).some((name) => all.has(name))) all.add(step.name);
  return [...all].sort();
}

test('what makes a step stale to DVC makes it stale to Nx, with all that comes after it, and nothing else does', () => {
  fc.assert(
    fc.property(shape, fc.nat(7), (given, edited) => {
      const document = build(given);
      const targets = Object.entries(inferTargets(document, PROJECT, workspace));
      const nxInputs = new Map(targets.map(([name, { inputs = [] }]) => [name, JSON.stringify(inputs)]));
      const stale = (text: string) =>
        document.steps.map(({ name }) => name).filter((name) => nxInputs.get(name)?.includes(text));
      const before = seenByDvc(document);

      const file = `src/m${edited}.ts`;
      const readers = [...before].filter(([, seen]) => seen.includes(`"${file}"`)).map(([name]) => name);
      expect(stale(`{workspaceRoot}/${PROJECT}/${file}`).sort()).toEqual(withFollowers(document, new Set(readers)));

      write('package-lock.json', lock('2.0.0'));
      const after = seenByDvc(document);
      const users = [...after].filter(([name, seen]) => before.get(name) !== seen).map(([name]) => name);
      expect(stale('"zod"').sort()).toEqual(withFollowers(document, new Set(users)));

      for (const key of ['a', 'b']) {
        const given = document.steps.filter(({ paramsKey }) => paramsKey === key).map(({ name }) => name);
        const tracking = [...before].filter(([, seen]) => seen.includes(`},"${key}"]`)).map(([name]) => name);
        expect(tracking).toEqual(given);
      }
    }),
    { numRuns: 40 },
  );
});
