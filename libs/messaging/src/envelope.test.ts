import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asText, fromText } from './channels/sqs-text.ts';
import { META, splitMeta, withMeta } from './envelope.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const attributes = fc.dictionary(
  text.filter((name) => name !== META && name !== '__proto__'),
  text,
);
const meta = fc.record({ key: text, dedupeId: text, encoding: fc.constant('base64' as const) }, { requiredKeys: [] });

test('what is carried in the attribute comes back, and nothing of it is left among the others', () => {
  fc.assert(
    fc.property(attributes, meta, (given, ids) => {
      expect(splitMeta(withMeta(given, ids))).toEqual({ attributes: { ...given }, meta: ids });
    }),
  );
});

test.each(['no JSON', '[]', 'null', '7', '{"key": 7}', '{"dedupeId": null}'])(
  '%s of somebody else stays an attribute',
  (foreign) => {
    const carried = { [META]: foreign, other: 'x' };
    const { attributes: kept, meta: found } = splitMeta(carried);
    if (foreign === '[]' || foreign === '7') expect(found).toEqual({});
    else expect(kept).toEqual(carried);
  },
);

test('any bytes pass a service that takes text alone', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        text.map((one) => Buffer.from(one)),
      ),
      (bytes) => {
        const body = Buffer.from(bytes);
        const { text: sent, encoding } = asText(body);
        expect(sent).not.toBe('');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what SQS refuses
        expect(sent).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
        expect(fromText(sent, encoding)).toEqual(body);
      },
    ),
  );
});
