import { expect, test } from 'vitest';
import { z } from 'zod';
import { createdEvent } from '../testing/events.ts';
import { objectCreated, objectOf } from './object-created.ts';
import { readSettings } from './settings.ts';

test('what the environment lacks is named', () => {
  const read = () => readSettings({ TOPIC: z.string(), SECONDS: z.coerce.number().int() }, { SECONDS: 'x' });
  expect(read).toThrow(expect.objectContaining({ code: 'config', message: expect.stringMatching(/TOPIC.*SECONDS/) }));
  expect(readSettings({ SECONDS: z.coerce.number() }, { SECONDS: '5', MORE: '1' })).toEqual({ SECONDS: 5 });
});

test('a key is taken as it stands, without decoding', () => {
  const event = createdEvent('lake', 'raw/orders/a+b%20c.csv', { size: 3, etag: 'e', versionId: 'v' });
  expect(objectOf(objectCreated.parse(event))).toEqual({
    bucket: 'lake',
    key: 'raw/orders/a+b%20c.csv',
    size: 3,
    etag: 'e',
    versionId: 'v',
  });
});
