import fc from 'fast-check';
import { expect, test } from 'vitest';
import { componentsOf } from './components.ts';
import { diagramOf } from './diagram.ts';
import { component, declared, urnOf } from './testing/declared.ts';
import { parseFlowchart } from './testing/parse-flowchart.ts';

const BUCKET = 'aws:s3/bucket:Bucket';
const KEY = 'aws:kms/key:Key';

const uses = (type: string, name: string) => ({ propertyDependencies: { some: [urnOf(type, name)] } });

test('a box per component, its services with their counts, and a line to what it uses', () => {
  const lake = component(
    'DataLake',
    'acme-dev-lake',
    declared(BUCKET, 'a'),
    declared('aws:s3/bucketPolicy:BucketPolicy', 'a', uses(BUCKET, 'a')),
  );
  const events = component('Events', 'acme-dev-end', declared('aws:sqs/queue:Queue', 'q', uses(BUCKET, 'a')));
  const text = diagramOf(componentsOf([...events, ...lake], 'acme-dev'));
  expect(parseFlowchart(text)).toEqual({
    boxes: { c_end: 'end: Events', c_lake: 'lake: DataLake' },
    nodes: { c_end_sqs: { label: 'sqs', box: 'c_end' }, c_lake_s3: { label: 's3 × 2', box: 'c_lake' } },
    lines: [['c_end', 'c_lake']],
  });
});

test('what most others use has no lines, but says how many use it', () => {
  const keys = component('Keys', 'acme-dev-keys', declared(KEY, 'k'));
  const users = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => {
    const used = name === 'e' ? {} : uses(KEY, 'k');
    return component('Part', `acme-dev-${name}`, declared(BUCKET, name, used));
  });
  const { boxes, lines } = parseFlowchart(diagramOf(componentsOf([...keys, ...users], 'acme-dev')));
  expect(boxes.c_keys).toBe('keys: Keys, used by 4');
  expect(lines).toEqual([]);
});

test('resources in no component are in a box of the stack; components in components count to the outermost', () => {
  const inner = component('Inner', 'inner', declared(BUCKET, 'deep'));
  const [outer] = component('Outer', 'acme-dev-outer');
  if (!outer) throw new Error('there is one');
  const nested = inner.map((one) => (one.isCustom ? one : { ...one, parent: outer.urn }));
  const found = componentsOf([outer, ...nested, declared(BUCKET, 'bare')], 'acme-dev');
  expect(found.map(({ name, kind, resources }) => [name, kind, resources.map((one) => one.name)])).toEqual([
    ['outer', 'Outer', ['deep']],
    ['stack', '', ['bare']],
  ]);
});

test('any components in any order give one and the same flowchart, which Mermaid can read', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
  const type = fc.constantFrom(BUCKET, KEY, 'other:storage:Account', 'other:pubsub/topic:Topic');
  const part = fc.tuple(name, fc.uniqueArray(fc.tuple(type, name), { minLength: 1, maxLength: 6, selector: String }));
  const parts = fc.uniqueArray(part, { maxLength: 8, selector: ([of]) => of.replaceAll('-', '') });
  fc.assert(
    fc.property(parts, fc.nat(), (made, turn) => {
      const resources = made.flatMap(([of, own], index) => {
        const before = made[index - 1]?.[1][0];
        const dependencies = before ? uses(before[0], before[1]) : {};
        return component('Part', `p-${of}`, ...own.map(([kind, id]) => declared(kind, id, dependencies)));
      });
      const at = resources.length === 0 ? 0 : turn % resources.length;
      const turned = [...resources.slice(at), ...resources.slice(0, at)];
      const text = diagramOf(componentsOf(resources, 'p'));
      expect(Object.keys(parseFlowchart(text).boxes)).toHaveLength(made.length);
      expect(diagramOf(componentsOf(turned, 'p'))).toBe(text);
    }),
  );
});

test('the reader of flowcharts refuses what Mermaid would', () => {
  const box = '  subgraph c_a["a"]\n    c_b["b"]\n  end';
  expect(() => parseFlowchart(`flowchart LR\n${box}`)).not.toThrow();
  for (const wrong of [
    `graph LR\n${box}`,
    'flowchart LR\n  subgraph c_a["a"]',
    `flowchart LR\n${box}\n${box}`,
    `flowchart LR\n${box}\n  c_a --> c_c`,
    'flowchart LR\n  subgraph c_a["a "b""]\n  end',
    'flowchart LR\n  c_b["b"]',
  ]) {
    expect(() => parseFlowchart(wrong), wrong).toThrow();
  }
});
