import { isMap, parseDocument } from 'yaml';

/**
 * The text of a parameter file with values for one key of it, such as a step's name. What is there stays, comments as
 * well; a value that is there already wins.
 */
export function withParams(text: string, key: string, values: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  const section = document.get(key);
  if (section === undefined) {
    const added = parseDocument('{}');
    added.contents = added.createNode({ [key]: values }) as typeof added.contents;
    const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    return `${start}${start === '' ? '' : '\n'}${added.toString({ lineWidth: 0 })}`;
  }
  const known = isMap(section) ? section.items.map(({ key: name }) => String(name)) : [];
  const missing = Object.entries(values).filter(([name]) => !known.includes(name));
  for (const [name, value] of missing) document.setIn([key, name], value);
  return missing.length === 0 ? text : document.toString({ lineWidth: 0 });
}
