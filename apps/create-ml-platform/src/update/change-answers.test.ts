import { expect, test } from 'vitest';
import { changeAnswers } from './change-answers.ts';

const answers = { name: 'acme', example: 'none', clouds: [], ci: [] };
const withExample = { ...answers, example: 'flight-delays' };

test('adding and removing are each the other way round, and the rest stays', () => {
  expect(changeAnswers('add', ['flight-delays'], answers)).toEqual({
    answers: withExample,
    changed: ['flight-delays'],
    already: [],
  });
  expect(changeAnswers('remove', ['flight-delays'], withExample).answers).toEqual(answers);
});

test('what is as wanted makes no difference; a name twice counts once', () => {
  const { changed, already, answers: next } = changeAnswers('add', ['flight-delays', 'flight-delays'], withExample);
  expect({ changed, already, next }).toEqual({ changed: [], already: ['flight-delays'], next: withExample });
});

test('a project has one example', () => {
  expect(() => changeAnswers('add', ['flight-delays'], { ...answers, example: 'churn' })).toThrow(
    expect.objectContaining({
      message: 'the project has the example churn, and can have one: got flight-delays',
      hint: 'npx create-ml-platform remove churn',
    }),
  );
});
