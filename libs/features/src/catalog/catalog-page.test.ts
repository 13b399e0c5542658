import { expect, test } from 'vitest';
import { defineFeatureSet } from '../definition/feature-set.ts';
import { shopVisits } from '../testing/shop-visits.ts';
import { catalogPage } from './catalog-page.ts';

const numeric = { kind: 'numeric', count: 75, mean: 1.5, standardDeviation: 1, edges: [], shares: [1] } as const;
const categorical = { kind: 'categorical', count: 100, nullShare: 0, distinct: 2, otherShare: 0 } as const;

test('every set, feature and fact, in one file that fetches nothing', () => {
  const other = defineFeatureSet({ ...shopVisits, name: 'a_first', owner: 'ops', every: '1 hour' });
  const columns = {
    visits_1h: { ...numeric, nullShare: 0.25, min: 0, max: 4 },
    mood: { ...categorical, shares: { 'x & y': 0.75, z: 0.25 } },
  };
  const page = catalogPage([{ set: shopVisits, statistics: { rows: 1000, columns } }, { set: other }], 'Ours');
  expect(page.indexOf('id="a_first"')).toBeLessThan(page.indexOf('id="shop_visits"'));
  for (const [name, feature] of Object.entries(shopVisits.features)) {
    expect(page.match(new RegExp(`<th scope="row"><code>${name}</code></th>`, 'g'))).toHaveLength(2);
    expect(page).toContain(`<td>${feature.type}</td><td>${feature.description}</td>`);
  }
  expect(page).toContain('<td>mean of <code>bought</code> over 3 hours</td>');
  expect(page).toContain('<td>25.0 %</td><td>0 to 4, mean 1.5</td>');
  expect(page).toContain('<td>2 distinct, most often <code>x &amp; y</code> (75.0 %)</td>');
  expect(page).toContain('<dd>every 1 hour</dd>');
  expect(page).toContain('<caption id="shop_visits-features">Features of shop_visits, over 1,000 rows</caption>');
  expect(page).not.toMatch(/\bsrc=|url\(|@import|<script|<link/);
});

test('it is accessible: a language, one first heading, headings and names of tables, every reference has its target', () => {
  const page = catalogPage([{ set: shopVisits }]);
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page.match(/<h1>/g)).toHaveLength(1);
  expect(page.match(/<th scope="col">/g)).toHaveLength(4);
  const targets = [...page.matchAll(/(?:aria-labelledby="|href="#)([^"]+)/g)].map(([, id]) => id);
  for (const id of targets) expect(page).toContain(`id="${id}"`);
});

test('text is text, whatever it holds', () => {
  const evil = `"><script>alert('1')</script>&`;
  const set = defineFeatureSet({
    ...shopVisits,
    description: evil,
    owner: evil,
    entity: { ...shopVisits.entity, name: evil },
    features: { mood: { latest: `'${'<b>'}'`, type: 'VARCHAR', description: evil } },
  });
  const page = catalogPage([{ set }], evil);
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<b>');
  expect(page.match(/&quot;&gt;&lt;script&gt;alert\(&#39;1&#39;\)&lt;\/script&gt;&amp;/g)).toHaveLength(7);
});
