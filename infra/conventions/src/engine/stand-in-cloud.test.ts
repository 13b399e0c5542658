import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UNKNOWN } from '../program/unknown.ts';
import { StandInCloud } from './stand-in-cloud.ts';
import { readStore, writeStore } from './stand-in-store.ts';

const URN = 'urn:pulumi:dev::boxes::toy:index:Shelf$toy:index/box:Box::one';

let folder: string;
let cloud: StandInCloud;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-'));
  cloud = new StandInCloud((_, name) => ({ id: `${name}-id`, state: { address: `toy://${name}` } }), store());
});
afterEach(() => {
  delete process.env.STAND_IN_FAILURE;
  rmSync(folder, { recursive: true });
});
const store = () => join(folder, 'toy.json');

test('what is made is kept under its type, until it is deleted', () => {
  const { id, outputs } = cloud.create(URN, { size: 'small' });
  expect(outputs).toEqual({ size: 'small', address: 'toy://one' });
  expect(readStore(store())).toEqual({ 'toy:index/box:Box one-id': { urn: URN, outputs, given: ['size'] } });
  expect(cloud.read(id, URN)).toEqual({ inputs: { size: 'small' }, outputs });
  cloud.delete(id, URN);
  expect(cloud.read(id, URN)).toBeUndefined();
  expect(readStore(store())).toEqual({});
});

test('before it is made, what the cloud would answer is unknown', () => {
  expect(cloud.previewCreate(URN, { size: 'small' })).toEqual({ size: 'small', address: UNKNOWN });
  expect(readStore(store())).toEqual({});
});

test('an update keeps what the cloud answered, and forgets what is asked for no longer', () => {
  const { id, outputs } = cloud.create(URN, { size: 'small', label: 'x' });
  expect(cloud.update(id, URN, outputs, { size: 'large' })).toEqual({ size: 'large', address: 'toy://one' });
  expect(cloud.diff(URN, { size: 'large', address: 'toy://one' }, { size: 'large' }).changed).toEqual([]);
});

test('a difference is of what is given; that of a name makes a new one', () => {
  const olds = { size: 'small', label: 'x', name: 'one', address: 'toy://one' };
  expect(cloud.diff(URN, olds, { size: 'large', name: 'two' })).toEqual({
    changed: ['size', 'label', 'name'],
    replaces: ['name'],
  });
});

test('a replacement that is made first has an id of its own', () => {
  expect([cloud.create(URN, {}).id, cloud.create(URN, {}).id]).toEqual(['one-id', 'one-1-id']);
});

test('it drifts where its file is edited', () => {
  const { id, outputs } = cloud.create(URN, { size: 'small' });
  const [[key = ''] = []] = Object.entries(readStore(store()));
  writeStore(store(), { [key]: { urn: URN, outputs: { ...outputs, size: 'huge' }, given: ['size'] } });
  expect(cloud.read(id, URN)?.inputs).toEqual({ size: 'huge' });
});

test('it fails when it is told to', () => {
  process.env.STAND_IN_FAILURE = 'create:one';
  expect(() => cloud.create(URN, {})).toThrow(`told to fail to create ${URN}`);
  expect(() => cloud.delete('one-id', URN)).not.toThrow();
  process.env.STAND_IN_FAILURE = 'create:two';
  expect(() => cloud.create(URN, {})).not.toThrow();
});
