import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acceleratorTypes, machineNamed, machinesWith, type Needs, smallestMachine, type Machine } from './machines.ts';

test.each<[Needs, string]>([
  [{}, 'ml.m5.large'],
  [{ cpu: 0.5, memory: 2 }, 'ml.m5.large'],
  [{ cpu: 4, memory: 8 }, 'ml.c5.xlarge'],
  [{ cpu: 4, memory: 16 }, 'ml.m5.xlarge'],
  [{ memory: 100 }, 'ml.r5.4xlarge'],
  [{ cpu: 4, memory: 16, disk: 5000 }, 'ml.m5.xlarge'],
  [{ accelerator: { type: 'nvidia-t4', count: 1 } }, 'ml.g4dn.xlarge'],
  [{ cpu: 32, accelerator: { type: 'nvidia-t4', count: 1 } }, 'ml.g4dn.8xlarge'],
  [{ accelerator: { type: 'nvidia-t4', count: 2 } }, 'ml.g4dn.12xlarge'],
  // 116 GiB are the 125 GB of the smallest one.
  [{ disk: 116, accelerator: { type: 'nvidia-t4', count: 1 } }, 'ml.g4dn.xlarge'],
  [{ disk: 117, accelerator: { type: 'nvidia-t4', count: 1 } }, 'ml.g4dn.2xlarge'],
  // 3539 GiB are the 3800 GB that a processing job gets at most.
  [{ disk: 3539, accelerator: { type: 'nvidia-h100-80gb', count: 1 } }, 'ml.p5.4xlarge'],
])('what needs %j gets %s', (needs, type) => {
  expect(smallestMachine(needs, 'processing')?.type).toBe(type);
});

test('some machines are for training jobs alone', () => {
  const needs = { accelerator: { type: 'nvidia-a100-40gb', count: 1 } };
  expect(smallestMachine(needs, 'processing')).toBeUndefined();
  expect(smallestMachine(needs, 'training')?.type).toBe('ml.p4d.24xlarge');
  expect(acceleratorTypes('processing')).toHaveLength(5);
  expect(acceleratorTypes('training')).toHaveLength(7);
});

test('a machine is found by its name', () => {
  expect(machineNamed('ml.g5.xlarge')).toMatchObject({ cpu: 4, accelerators: 1, disk: 250 });
  expect(machineNamed('ml.p5.48xlarge')).toMatchObject({ cpu: 192, accelerators: 8, disk: 30_400 });
  expect(machineNamed('ml.x9.huge')).toBeUndefined();
});

test('whatever is needed, the machine has it, and none with less of everything has', () => {
  const accelerator = fc.record({
    type: fc.constantFrom(...acceleratorTypes('training')),
    count: fc.integer({ min: 1, max: 9 }),
  });
  const needed = fc.record(
    { cpu: fc.integer({ min: 1, max: 128 }), memory: fc.integer({ min: 1, max: 1024 }), accelerator },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(needed, ({ cpu = 0, memory = 0, accelerator }) => {
      const found = smallestMachine({ cpu, memory, ...(accelerator && { accelerator }) }, 'training');
      const all = machinesWith(accelerator?.type, 'training');
      const fitting = all.filter((has) => {
        return has.cpu >= cpu && has.memory >= memory && has.accelerators >= (accelerator?.count ?? 0);
      });
      expect(fitting.length > 0).toBe(found !== undefined);
      if (found) expect(fitting).toContainEqual(found);
      const isLess = (has: Machine, than: Machine) =>
        has.cpu < than.cpu && has.memory < than.memory && has.accelerators <= than.accelerators;
      for (const has of fitting) expect(found && isLess(has, found)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
