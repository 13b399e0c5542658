import { createRequire } from 'node:module';
import { expect } from 'vitest';

interface Validation {
  readonly isValid: boolean;
  readonly errorsText: (separator: string) => string;
}

// The package has no types of its own.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => Validation;

/** Looks whether a text is a state machine in the Amazon States Language. */
export function expectValid(text: string): void {
  const { isValid, errorsText } = validate(JSON.parse(text));
  expect(isValid, errorsText('\n')).toBe(true);
}
