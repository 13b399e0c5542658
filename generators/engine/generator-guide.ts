import type { Generator, Property } from './schema.ts';

const INTRODUCTION = `# Generators

A generator writes code that is like the rest of the workspace: it is formatted, its tests pass, and Nx runs it at once.

\`\`\`sh
npx nx g step --help                            # what a generator asks for
npx nx g step clean --after ingest --dry-run    # what it would write, as a diff
npm run new                                     # a menu, which asks for everything
\`\`\`

A second time, the same command changes nothing, and what you edited stays; a file of somebody else's is never overwritten.
A generator that is killed leaves every file whole. The next command of Nx, whichever, writes what is missing, and says so;
run again, the generator also installs what it had not come to.`;

/** The page on generators, in Markdown, from their schemas alone. */
export function generatorGuide(generators: readonly Generator[]): string {
  return `${[INTRODUCTION, ...generators.map(section)].join('\n\n')}\n`;
}

function section({ name, schema }: Generator): string {
  const examples = schema.examples.map(({ command, description }) => `# ${description}\n${command}`).join('\n\n');
  const rows = Object.entries(schema.properties).map(([option, property]) => [
    `\`${flagOf(option, property)}\``,
    schema.required.includes(option) ? 'needed' : defaultOf(property),
    property.description,
  ]);
  const parts = [`## ${name}`, schema.description, `\`\`\`sh\n${examples}\n\`\`\``];
  return [...parts, table([['option', 'unless given', 'what it is'], ...rows])].join('\n\n');
}

/** In a table, a bar ends the cell even within code. */
function flagOf(name: string, { type, enum: choices, $default }: Property): string {
  if ($default?.$source === 'argv') return name.toUpperCase();
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (type === 'boolean') return flag;
  return `${flag} ${choices ? choices.join('\\|') : name.toUpperCase()}`;
}

function defaultOf({ default: otherwise }: Property): string {
  return otherwise === undefined || otherwise === false ? '' : `\`${otherwise}\``;
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
