import type { DeclaredResource } from '../program/index.ts';
import { type ComponentPart, componentsOf, withoutPrefix } from './components.ts';
import { diagramOf } from './diagram.ts';
import { keysOf } from './encryption.ts';
import { linksOf } from './links.ts';
import { typeName } from './type-name.ts';

export interface InventoryFacts {
  /** Of the cloud: `aws`. */
  readonly cloud: string;
  readonly stack: string;
  /** What names of the stack's resources begin with; it doesn't stand in the page. */
  readonly prefix: string;
}

/** A stack's inventory as a page of Markdown: the same for the same program and stack file. */
export function inventoryPage(
  resources: readonly DeclaredResource[],
  { cloud, stack, prefix }: InventoryFacts,
): string {
  const components = componentsOf(resources, prefix);
  const all = components.flatMap((component) => component.resources);
  const kept = all.filter(({ options }) => options.protect).length;
  return `# What stack ${stack} on ${cloud} has

From its program and its file: \`npx nx run infra-${cloud}:inventory\` writes this page, and \`--check\` says whether it is
current.

${all.length} resources in ${components.length} components; ${kept} of them are protected from deletion.

\`\`\`mermaid
${diagramOf(components)}
\`\`\`

A line leads from a component to one that it uses.${sharedText(components)}

| component | type | count | protected | encrypted by |
| --- | --- | ---: | --- | --- |
${rowsOf(components, all, prefix).join('\n')}
`;
}

function sharedText(components: readonly ComponentPart[]): string {
  const shared = Object.keys(linksOf(components).shared);
  return shared.length === 0 ? '' : ` Most use ${shared.join(' and ')}: lines to those are left out.`;
}

function rowsOf(components: readonly ComponentPart[], all: readonly DeclaredResource[], prefix: string): string[] {
  return components.flatMap(({ name, resources }) => {
    return [...Map.groupBy(resources, ({ type }) => type)].map(([type, own], index) => {
      const kept = own.filter(({ options }) => options.protect).length;
      const keys = new Set(own.flatMap((resource) => keysOf(resource, all)).map((key) => withoutPrefix(key, prefix)));
      const protection = kept === 0 ? '' : kept === own.length ? 'yes' : `${kept} of ${own.length}`;
      const cells = [index === 0 ? name : '', typeName(type), own.length, protection, [...keys].sort().join(', ')];
      return `| ${cells.join(' | ')} |`.replace(/\| {2}(?=\|)/g, '| ');
    });
  });
}
