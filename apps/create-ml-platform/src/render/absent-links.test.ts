import { expect, test } from 'vitest';
import { dropAbsentLinks } from './absent-links.ts';

const PAGE = `# Docs

- [Data](data.md): versions
- [AWS](aws.md#costs): stacks
- [Stacks](infrastructure/aws-dev.md): what there is
- [Why](decisions): each choice

Prose on [AWS](aws.md) stays: who writes it knows that it may be gone.
`;

test('items go with what they lead to', () => {
  const text = dropAbsentLinks('docs/README.md', PAGE, ['docs/aws.md', 'docs/decisions', 'docs/infrastructure']);
  expect(text.match(/\]\([^)]*\)/g)).toEqual(['](data.md)', '](aws.md)']);
});

test('where nothing is absent, nothing changes', () => {
  expect(dropAbsentLinks('docs/README.md', PAGE, ['apps/aws.md', 'docs/aws'])).toBe(PAGE);
});
