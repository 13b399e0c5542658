/** What Mermaid would make of a flowchart. */
export interface Flowchart {
  readonly boxes: Readonly<Record<string, string>>;
  readonly nodes: Readonly<Record<string, { readonly label: string; readonly box: string }>>;
  readonly lines: readonly (readonly [from: string, to: string])[];
}

const ID = '[A-Za-z][A-Za-z0-9_]*';
const LABEL = '"([^"\\\\<>#;`]+)"';
const BOX = new RegExp(`^ {2}subgraph (${ID})\\[${LABEL}\\]$`);
const NODE = new RegExp(`^ {4}(${ID})\\[${LABEL}\\]$`);
const LINE = new RegExp(`^ {2}(${ID}) --> (${ID})$`);

/**
 * Reads the part of Mermaid's flowcharts that our diagrams are written in, and nothing else: an id that is there twice, a
 * line to what isn't there, or any other text is an error.
 *
 * Source: https://mermaid.js.org/syntax/flowchart.html
 */
export function parseFlowchart(text: string): Flowchart {
  const [head, ...rest] = text.split('\n');
  if (head !== 'flowchart LR') throw new Error(`a flowchart begins with 'flowchart LR', not '${head}'`);
  const boxes: Record<string, string> = {};
  const nodes: Record<string, { label: string; box: string }> = {};
  const lines: [string, string][] = [];
  let open: string | undefined;
  const declare = (id: string) => {
    if (id in boxes || id in nodes || id === 'end') throw new Error(`'${id}' can't be used (again)`);
  };
  for (const [index, row] of rest.entries()) {
    const [box, node, line] = [BOX.exec(row), NODE.exec(row), LINE.exec(row)];
    if (box?.[1] && open === undefined) {
      declare(box[1]);
      boxes[box[1]] = box[2] ?? '';
      open = box[1];
    } else if (node?.[1] && open !== undefined) {
      declare(node[1]);
      nodes[node[1]] = { label: node[2] ?? '', box: open };
    } else if (row === '  end' && open !== undefined) open = undefined;
    else if (line?.[1] && line[2] && open === undefined) lines.push([line[1], line[2]]);
    else throw new Error(`line ${index + 2}: '${row}'`);
  }
  if (open !== undefined) throw new Error(`subgraph '${open}' has no end`);
  const lost = lines.flat().filter((id) => !(id in boxes) && !(id in nodes));
  if (lost.length > 0) throw new Error(`lines to what isn't there: ${lost.join(', ')}`);
  return { boxes, nodes, lines };
}
