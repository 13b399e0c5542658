import { type ComponentPart, compare } from './components.ts';
import { linksOf } from './links.ts';
import { serviceOf } from './type-name.ts';

/**
 * A stack as a flowchart of Mermaid: a box per component, in it the services that it is made of, and a line to each
 * component that it uses.
 *
 * Source of the syntax: https://mermaid.js.org/syntax/flowchart.html
 */
export function diagramOf(components: readonly ComponentPart[]): string {
  const { drawn, shared } = linksOf(components);
  const boxes = components.flatMap(({ name, kind, resources }) => {
    const users = shared[name] === undefined ? '' : `, used by ${shared[name]}`;
    const counts = [...Map.groupBy(resources, ({ type }) => serviceOf(type))].toSorted(([a], [b]) => compare(a, b));
    const services = counts.map(([service, own]) => {
      return `    ${idOf(`${name} ${service}`)}["${service}${own.length > 1 ? ` × ${own.length}` : ''}"]`;
    });
    const title = kind === '' ? name : `${name}: ${kind}`;
    return [`  subgraph ${idOf(name)}["${title}${users}"]`, ...services, '  end'];
  });
  const lines = drawn.map(([from, to]) => `  ${idOf(from)} --> ${idOf(to)}`);
  return ['flowchart LR', ...boxes, ...lines].join('\n');
}

/** Words such as `end` mean something in Mermaid, so no id is just a name. */
function idOf(text: string): string {
  return `c_${text.replace(/[^a-zA-Z0-9]+/g, '_')}`;
}
