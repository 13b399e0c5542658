import type { StreamRecord } from './stream-source.ts';

/** A record as a row of the table; nothing for one to leave out. What it throws sends the record to quarantine. */
export type Decode = (record: StreamRecord) => object | undefined;

/** Numbers that JavaScript can't hold: more digits than it keeps. */
const LONG_NUMBER = /\d{16}/;

/** The object that a record's value is as JSON. Its numbers keep all their digits. */
export function decodeJson({ value }: StreamRecord): object {
  if (value === undefined) throw new Error('there is no value: give decode, to make a row of what is gone');
  const text = new TextDecoder('utf-8', { fatal: true }).decode(value);
  const parsed: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, exact as Reviver) : JSON.parse(text);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new Error('the JSON is no object');
}

type Reviver = Parameters<typeof JSON.parse>[1];

/** As a text, where the number isn't the one that was sent. */
function exact(_: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
}
