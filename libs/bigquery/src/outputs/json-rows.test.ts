import { expect, test } from 'vitest';
import { exportedRow } from './json-rows.ts';

const field = (name: string, type: string, more = {}) => ({ name, type, ...more });

test('whole numbers become numbers wherever they stand; texts of digits, and what is too large, stay text', () => {
  const fields = [
    field('n', 'INTEGER'),
    field('big', 'INT64'),
    field('text', 'STRING'),
    field('price', 'NUMERIC'),
    field('list', 'INTEGER', { mode: 'REPEATED' }),
    field('shop', 'RECORD', { fields: [field('id', 'INTEGER'), field('name', 'STRING')] }),
    field('days', 'RECORD', { mode: 'REPEATED', fields: [field('visits', 'INTEGER')] }),
  ];
  const line = `{"n":"7","big":"9223372036854775807","text":"7","price":"7.10","list":["1","2"],"shop":{"id":"3","name":"4"},"days":[{"visits":"5"},{}]}`;
  expect(exportedRow(line, fields)).toEqual({
    n: 7,
    big: '9223372036854775807',
    text: '7',
    price: '7.10',
    list: [1, 2],
    shop: { id: 3, name: '4' },
    days: [{ visits: 5 }, {}],
  });
});

test('what is null, and a field that the table is not known to have, stay as they are', () => {
  expect(exportedRow('{"n":null,"more":"1"}', [field('n', 'INTEGER')])).toEqual({ n: null, more: '1' });
});
