import { FEATURES, type Feature, type Support } from '../features.ts';

/** What the guide needs of a target. */
export interface Described {
  readonly name: string;
  readonly title: string;
  readonly features: Readonly<Record<Feature, Support>>;
}

const WHO: Readonly<Record<Support['by'], string>> = { engine: 'engine', runner: 'step runner', nobody: '–' };

const INTRODUCTION = `# One pipeline, several engines

A pipeline is defined once, in \`src/pipeline.ts\`. Nx runs it on this machine; \`compile\` writes it in the words of another
engine:

\`\`\`sh
npx nx run PIPELINE:compile --target dvc --out build
\`\`\`

Whatever runs a step calls the same \`run-step\`. So what an engine has no word for, the step runner often does inside it; what
nobody can do is an error, unless it is left out on purpose: \`--without retry,cpu\`. What differs by where it runs (a queue, a
bucket) stands in \`targets.yaml\` beside \`params.yaml\`, a section per target.`;

/** The page on targets, in Markdown, from what the compilers declare of themselves. */
export function featureGuide(targets: readonly Described[]): string {
  const header = ['what a pipeline asks for', ...targets.map(({ title }) => title)];
  const rows = FEATURES.map((feature) => [feature, ...targets.map(({ features }) => WHO[features[feature].by])]);
  const sections = targets.map(({ name, title, features }) => {
    const lines = FEATURES.map((feature) => `- ${feature}: ${features[feature].how}`);
    return `## ${title}\n\n\`--target ${name}\`\n\n${lines.join('\n')}`;
  });
  return `${[INTRODUCTION, table([header, ...rows]), ...sections].join('\n\n')}\n`;
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const rule = line(
    header.map(() => ''),
    '-',
  );
  return [line(header), rule, ...rows.map((row) => line(row))].join('\n');
}
