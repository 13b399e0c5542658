import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const forms = globSync('{.github,templates/github}/ISSUE_TEMPLATE/*.yml', { cwd: REPOSITORY }).filter(
  (path) => !path.endsWith('/config.yml'),
);

interface Element {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly validations?: Readonly<Record<string, unknown>>;
}

/** What each element needs: https://docs.github.com/communities/using-templates/syntax-for-githubs-form-schema */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  markdown: ['value'],
  input: ['label'],
  textarea: ['label'],
  dropdown: ['label', 'options'],
  checkboxes: ['label', 'options'],
};

test.each(forms)('GitHub takes %s', (path) => {
  const { name, description, body }: { name: string; description: string; body: Element[] } = parse(
    readFileSync(join(REPOSITORY, path), 'utf8'),
  );
  expect(name.length * description.length).toBeGreaterThan(0);
  expect(body.some(({ type }) => type !== 'markdown')).toBe(true);
  for (const { type, attributes } of body) {
    expect(Object.keys(NEEDED)).toContain(type);
    for (const key of NEEDED[type] ?? []) expect(attributes, `${type}: ${key}`).toHaveProperty(key);
  }
  const ids = body.flatMap(({ id }) => id ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[\w-]+$/);
  const labels = body.flatMap(({ attributes }) => attributes.label ?? []);
  expect(new Set(labels).size).toBe(labels.length);
});

test('both repositories have forms', () => {
  for (const top of ['.github', 'templates/github']) {
    expect(forms.filter((path) => path.startsWith(top)).length).toBeGreaterThan(1);
  }
});
