import { expect, test } from 'vitest';
import { documentOf } from '../testing/documents.ts';
import { tagsOf } from './tags.ts';

const labelled = (labels: Readonly<Record<string, string>>) => documentOf([], [], { labels });

test('labels are tags, by key', () => {
  expect(tagsOf(labelled({ team: 'growth', 'cost-center': 'Müller & Söhne'.replace('&', '+') }))).toEqual([
    { Key: 'cost-center', Value: 'Müller + Söhne' },
    { Key: 'team', Value: 'growth' },
  ]);
  expect(tagsOf(documentOf([]))).toEqual([]);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['too many', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`l${index}`, ''])), 'labels is 51'],
  ['a long key', { ['k'.repeat(129)]: '' }, `labels is 'k`],
  ['a key of AWS', { 'aws:team': '' }, `labels is 'aws:team'`],
  ['a key with a comma', { 'a,b': '' }, `labels is 'a,b'; a tag's key has 1 to 128 letters`],
  ['a long value', { team: 'v'.repeat(257) }, `labels.team is 'v`],
  ['a key of AWS in capitals', { 'AWS:team': '' }, `labels is 'AWS:team'`],
  ['a value of AWS', { team: 'aws:growth' }, `labels.team is 'aws:growth'`],
  ['a value with an ampersand', { team: 'a & b' }, `labels.team is 'a & b'; a tag's value has at most 256 letters`],
])('%s is refused', (_, labels, message) => {
  expect(() => tagsOf(labelled(labels))).toThrow(message);
  expect(() => tagsOf(labelled(labels))).toThrow('(source: Tagging AWS Resources and Tag Editor');
});
