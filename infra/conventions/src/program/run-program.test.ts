import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';
import { type Program, type ProgramRun, runProgram } from './run-program.ts';
import { UNKNOWN } from './unknown.ts';

class Box extends pulumi.CustomResource {
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs = {}, options?: pulumi.CustomResourceOptions) {
    super('toy:index/box:Box', name, { ...args, address: undefined }, options);
  }
}

class Shelf extends pulumi.ComponentResource {
  readonly first: Box;

  constructor(name: string) {
    super('toy:index:Shelf', name);
    this.first = new Box(`${name}-first`, {}, { parent: this });
    this.registerOutputs({ address: this.first.address });
  }
}

const RUN: ProgramRun = {
  project: 'boxes',
  stack: 'dev',
  config: {},
  standIn: (_type, name) => ({ id: `${name}-id`, state: { address: `toy://${name}` } }),
};

test('what a program asks for is told, with what came from where', async () => {
  const { resources, outputs } = await runProgram(async () => {
    const one = new Box('one');
    const two = new Box(
      'two',
      { before: one.address, label: pulumi.interpolate`after ${one.id}` },
      { dependsOn: [one] },
    );
    return { last: two.address };
  }, RUN);
  const [one, two] = resources;
  expect(two?.inputs).toEqual({ before: 'toy://one', label: 'after one-id' });
  expect(two?.propertyDependencies).toMatchObject({ before: [one?.urn], label: [one?.urn] });
  expect(two?.dependencies).toEqual([one?.urn]);
  expect(one?.urn).toBe('urn:pulumi:dev::boxes::toy:index/box:Box::one');
  expect(outputs).toEqual({ last: 'toy://two' });
});

test('a component is a group, whose children know it', async () => {
  const { resources } = await runProgram(async () => {
    new Shelf('shelf');
  }, RUN);
  expect(resources.map(({ name, isCustom }) => [name, isCustom])).toEqual([
    ['shelf', false],
    ['shelf-first', true],
  ]);
  expect(resources[1]?.parent).toBe(resources[0]?.urn);
  expect(resources[1]?.urn).toBe('urn:pulumi:dev::boxes::toy:index:Shelf$toy:index/box:Box::shelf-first');
});

test('a secret is plain to look at, and named as one, however deep it is', async () => {
  const run = { ...RUN, config: { 'boxes:token': 'hush' }, secretKeys: ['boxes:token'] };
  const { resources } = await runProgram(async () => {
    const token = new pulumi.Config().requireSecret('token');
    new Box('one', { token, nested: [{ deep: token }], open: 'yes' });
  }, run);
  expect(resources[0]?.inputs).toEqual({ token: 'hush', nested: [{ deep: 'hush' }], open: 'yes' });
  expect(resources[0]?.secretInputs).toEqual(['nested', 'token']);
});

test('options are told', async () => {
  const { resources } = await runProgram(async () => {
    const parent = new Box('parent');
    const options = {
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ['size'],
      additionalSecretOutputs: ['address'],
    };
    new Box('one', {}, { ...options, deletedWith: parent });
  }, RUN);
  expect(resources[1]?.options).toEqual({
    protect: true,
    retainOnDelete: true,
    ignoreChanges: ['size'],
    deletedWith: resources[0]?.urn,
    additionalSecretOutputs: ['address'],
  });
  expect(resources[0]?.options).toMatchObject({ protect: false, retainOnDelete: false, ignoreChanges: [] });
});

test('in a preview what only the cloud can say is unknown, and no apply sees it', async () => {
  const seen: string[] = [];
  const program: Program = async () => {
    const one = new Box('one', { size: 'small' });
    const label = one.address.apply((address) => {
      seen.push(address);
      return `at ${address}`;
    });
    new Box('two', { before: one.address, label });
  };
  const { resources } = await runProgram(program, { ...RUN, isPreview: true });
  expect(resources[1]?.inputs).toEqual({ before: UNKNOWN, label: UNKNOWN });
  expect(seen).toEqual([]);
});

test('a stack file is read as Pulumi reads it', async () => {
  const run = { ...RUN, config: { 'boxes:size': 'large', 'boxes:network': '{"cidr":"10.0.0.0/16"}' } };
  const { outputs } = await runProgram(async () => {
    const config = new pulumi.Config();
    return { size: config.require('size'), network: config.requireObject('network'), stack: pulumi.getStack() };
  }, run);
  expect(outputs).toEqual({ size: 'large', network: { cidr: '10.0.0.0/16' }, stack: 'dev' });
});

test('one run knows nothing of the one before', async () => {
  const program: Program = async () => {
    new Box(pulumi.getStack());
  };
  await runProgram(program, RUN);
  const { resources } = await runProgram(program, { ...RUN, stack: 'prod' });
  expect(resources.map(({ name }) => name)).toEqual(['prod']);
});

test('two resources of one name are refused', async () => {
  const program: Program = async () => {
    new Box('one');
    new Box('one');
  };
  await expect(runProgram(program, RUN)).rejects.toThrow(
    'two resources have one name: urn:pulumi:dev::boxes::toy:index/box:Box::one',
  );
});

test('what a program throws is thrown', async () => {
  const program: Program = async () => {
    throw new Error('no such setting');
  };
  await expect(runProgram(program, RUN)).rejects.toThrow('no such setting');
});

test('a question to a cloud is refused: a program asks it for nothing', async () => {
  const program: Program = async () => ({ zones: await pulumi.runtime.invoke('toy:index:getZones', {}) });
  await expect(runProgram(program, RUN)).rejects.toThrow('the program calls toy:index:getZones');
});
