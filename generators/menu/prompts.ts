import { isPointless, type Property, type Schema } from '../engine/schema.ts';

/** A question, as plop asks it. */
export interface Prompt {
  readonly type: 'input' | 'list' | 'confirm';
  readonly name: string;
  readonly message: string;
  readonly default?: string | number | boolean;
  readonly choices?: readonly string[];
  readonly validate?: (answer: string) => true | string;
  /** Whether it is asked, after these answers. */
  readonly when: (answers: Answers) => boolean;
}

type Answers = Readonly<Record<string, unknown>>;

/** Of every generator, and nothing that a person in front of a menu wants to be asked. */
const UNASKED: readonly string[] = ['skipInstall'];

/** A question for each option, unless an answer before makes it pointless. */
export function promptsOf(schema: Schema): Prompt[] {
  return Object.entries(schema.properties)
    .filter(([name]) => !UNASKED.includes(name))
    .map(([name, property]) => {
      const { default: otherwise, enum: choices, type, description } = property;
      return {
        type: choices ? 'list' : type === 'boolean' ? 'confirm' : 'input',
        name,
        message: property['x-prompt'] ?? `${name}: ${description}`,
        ...(otherwise !== undefined && { default: otherwise }),
        ...(choices && { choices }),
        ...(!choices &&
          type !== 'boolean' && {
            validate: (answer: string) => check(answer, property, schema.required.includes(name)),
          }),
        when: (answers) => !isPointless(name, schema, answers),
      };
    });
}

function check(answer: string, { pattern, type, description }: Property, isRequired: boolean): true | string {
  if (answer === '') return isRequired ? `needed. ${description}` : true;
  if (type !== 'string' && Number.isNaN(Number(answer))) return `'${answer}' is no number`;
  if (pattern !== undefined && !new RegExp(pattern).test(answer))
    return `'${answer}' does not match ${pattern}. ${description}`;
  return true;
}

/** Answers as flags of `nx generate`; what was left empty is left out. */
export function flagsOf(answers: Answers): string[] {
  return Object.entries(answers)
    .filter(([, value]) => value !== '' && value !== undefined)
    .map(([name, value]) => `--${name}=${value}`);
}
