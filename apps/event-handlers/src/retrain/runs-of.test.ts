import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarmEvent, createdEvent } from '../testing/events.ts';
import { type QueueRecord, runsOf } from './runs-of.ts';

const TARGET = 'arn:aws:sagemaker:eu-central-1:111111111111:pipeline/flights';

function record(messageId: string, time: string): QueueRecord {
  const event = createdEvent('lake', `curated/flights/${messageId}.parquet`, { size: 1, etag: 'e' });
  return { messageId, body: JSON.stringify({ ...event, time }) };
}

test('what comes within a window starts one run, what comes later another', () => {
  const records = [
    record('a', '2026-01-31T10:05:00Z'),
    record('b', '2026-01-31T10:09:59Z'),
    record('c', '2026-01-31T10:10:00Z'),
  ];
  const [first, second, ...more] = runsOf(records, TARGET, 300);
  expect(first).toMatchObject({ since: '2026-01-31T10:05:00.000Z', messageIds: ['a', 'b'] });
  expect(second).toMatchObject({ since: '2026-01-31T10:10:00.000Z', messageIds: ['c'] });
  expect(first?.token).not.toBe(second?.token);
  expect(more).toEqual([]);
});

test('drift in the same window calls for the same run, and is among its reasons', () => {
  const alarm = {
    messageId: 'b',
    body: JSON.stringify({ ...alarmEvent('acme-dev-drift'), time: '2026-01-31T10:06:00Z' }),
  };
  const [both] = runsOf([record('a', '2026-01-31T10:05:00Z'), alarm], TARGET, 300);
  expect(both).toMatchObject({ reasons: ['new data', 'drift'], messageIds: ['a', 'b'] });
  const [alone] = runsOf([alarm], TARGET, 300);
  expect(alone).toMatchObject({ token: both?.token, reasons: ['drift'] });
});

test('a token is one that both services take, and depends on window and target only', () => {
  const seconds = fc.integer({ min: 1_700_000_000, max: 1_900_000_000 });
  fc.assert(
    fc.property(seconds, fc.integer({ min: 1, max: 900 }), (at, windowSeconds) => {
      const start = Math.floor(at / windowSeconds) * windowSeconds;
      const iso = (second: number) => new Date(second * 1000).toISOString();
      const tokens = [start, at, start + windowSeconds - 1].map((second) => {
        return runsOf([record('x', iso(second))], TARGET, windowSeconds)[0]?.token;
      });
      expect(new Set(tokens).size).toBe(1);
      expect(tokens[0]).toMatch(/^[A-Za-z0-9-]{32,80}$/);
      const [other] = runsOf([record('x', iso(at))], `${TARGET}-2`, windowSeconds);
      expect(other?.token).not.toBe(tokens[0]);
    }),
  );
});

test('a message that is no event is refused', () => {
  expect(() => runsOf([{ messageId: 'a', body: '{}' }], TARGET, 300)).toThrow();
});
