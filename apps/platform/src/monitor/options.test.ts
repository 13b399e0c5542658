import { expect, test } from 'vitest';
import { readMonitorOptions } from './options.ts';

const read = (...args: string[]) => readMonitorOptions(['delays', '--predictions', 'log', ...args], {});

test('what is not said has a default', () => {
  expect(read()).toEqual({
    model: 'delays',
    predictions: 'log',
    since: undefined,
    registry: undefined,
    limits: { all: 0.2, columns: {} },
    minRows: 1000,
    report: undefined,
    publish: undefined,
    json: false,
  });
  expect(readMonitorOptions(['delays'], { PREDICTION_LOG: 's3://lake/log' }).predictions).toBe('s3://lake/log');
});

test('limits are for all columns, or for one', () => {
  const { limits } = read('--limit', '0.1', '--limit', 'hour=0.3', '--limit', 'a=b=0.5');
  expect(limits).toEqual({ all: 0.1, columns: { hour: 0.3, 'a=b': 0.5 } });
});

test.each([
  ['2026-05-01', '2026-05-01T00:00:00.000Z'],
  ['2026-05-01T12:30', '2026-05-01T12:30:00.000Z'],
  ['2026-05-01T12:30:05Z', '2026-05-01T12:30:05.000Z'],
  ['2026-05-01T12:30:05+02:00', '2026-05-01T10:30:05.000Z'],
])('--since %s is %s', (given, expected) => {
  expect(read('--since', given).since?.toISOString()).toBe(expected);
});

test.each([
  [['a', '--predictions', 'p', 'b'], 'monitor needs one model'],
  [['--predictions', 'p'], 'monitor needs one model'],
  [['a'], 'where are the predictions?'],
  [['a', '--predictions', 'p', '--since', 'yesterday'], "--since is 'yesterday'"],
  [['a', '--predictions', 'p', '--since', '2026-13-01'], "--since is '2026-13-01'"],
  [['a', '--predictions', 'p', '--limit', '0'], "--limit is '0'"],
  [['a', '--predictions', 'p', '--limit', 'hour='], "--limit is 'hour='"],
  [['a', '--predictions', 'p', '--min-rows', '0'], "--min-rows is '0'"],
  [['a', '--predictions', 'p', '--publish', 'statsd'], "--publish is 'statsd', expected cloudwatch"],
  [['a', '--predictions', 'p', '--publish', 'cloudwatch'], '--publish needs --stack'],
  [['a', '--predictions', 'p', '--stack', 'acme-dev'], '--stack goes with --publish'],
  [['a', '--predictions', 'p', '--limits', '1'], "Unknown option '--limits'"],
])('%j is refused', (args, message) => {
  expect(() => readMonitorOptions(args, {})).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
  );
});
