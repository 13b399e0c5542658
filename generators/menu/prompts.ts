/** The part of a generator's schema.json that a menu needs. */
export interface Schema {
  readonly title: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

interface Property {
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  readonly description: string;
  readonly default?: string | number | boolean;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly 'x-prompt'?: string;
}

/** A question, as plop asks it. */
export interface Prompt {
  readonly type: 'input' | 'list' | 'confirm';
  readonly name: string;
  readonly message: string;
  readonly default?: string | number | boolean;
  readonly choices?: readonly string[];
  readonly validate?: (answer: string) => true | string;
}

/** Of every generator, and nothing that a person in front of a menu wants to be asked. */
const UNASKED: readonly string[] = ['skipInstall'];

/** A question for each option. */
export function promptsOf({ properties, required = [] }: Schema): Prompt[] {
  return Object.entries(properties)
    .filter(([name]) => !UNASKED.includes(name))
    .map(([name, property]) => {
      const { default: otherwise, enum: choices, type, description } = property;
      return {
        type: choices ? 'list' : type === 'boolean' ? 'confirm' : 'input',
        name,
        message: property['x-prompt'] ?? description,
        ...(otherwise !== undefined && { default: otherwise }),
        ...(choices && { choices }),
        ...(!choices &&
          type !== 'boolean' && { validate: (answer: string) => check(answer, property, required.includes(name)) }),
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
export function flagsOf(answers: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(answers)
    .filter(([, value]) => value !== '' && value !== undefined)
    .map(([name, value]) => `--${name}=${value}`);
}
