/** Prints what `npx platform ARGUMENTS --help` prints. */
export type Help = (args: readonly string[]) => Promise<string>;

/** It passes its arguments on to DVC, which has a manual of its own. */
const OTHERS = ['dvc'];

/** A page of all commands with their options, in the words of `--help`: those of `platform`, and of each of theirs. */
export async function commandGuide(help: Help): Promise<string> {
  const overview = await help([]);
  const sections = await Promise.all(namesIn(overview, []).map((name) => section(help, name)));
  return `${HEAD}\n${block(overview)}\n${sections.join('\n')}`;
}

const HEAD = `# Commands

What \`npx platform\` does, in the words of its \`--help\`.
`;

async function section(help: Help, name: string): Promise<string> {
  const text = await help([name]);
  const own = await Promise.all(
    namesIn(text, [name]).map(async (sub) => {
      const more = await help([name, sub]);
      return more === text ? '' : `\n### ${name} ${sub}\n\n${block(more)}`;
    }),
  );
  return `## ${name}\n\n${block(text)}${own.join('')}`;
}

/** The commands that a text of `--help` names below those that it is of. */
function namesIn(text: string, above: readonly string[]): string[] {
  const pattern = new RegExp(`^ *npx ${['platform', ...above].join(' ')} ([a-z][a-z-]*)`, 'gm');
  const names = [...text.matchAll(pattern)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !OTHERS.includes(name));
}

function block(text: string): string {
  return `\`\`\`text\n${text.trim()}\n\`\`\`\n`;
}
