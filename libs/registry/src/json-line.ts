type Path = readonly PropertyKey[];

/**
 * The line, counted from 1, on which the value at `path` begins in a valid JSON text; where the path goes further
 * than the text does, the line of the last value that exists.
 */
export function lineOfPath(text: string, path: Path): number {
  return text.slice(0, offsetOfPath(text, path)).split('\n').length;
}

function offsetOfPath(text: string, path: Path): number {
  let at = skipSpace(text, 0);
  for (const key of path) {
    const child = offsetOfChild(text, at, key);
    if (child === undefined) return at;
    at = child;
  }
  return at;
}

function offsetOfChild(text: string, container: number, key: PropertyKey): number | undefined {
  const isObject = text[container] === '{';
  if (!isObject && text[container] !== '[') return undefined;
  let found: number | undefined;
  let at = skipSpace(text, container + 1);
  for (let index = 0; text[at] !== '}' && text[at] !== ']'; index += 1) {
    let name: PropertyKey = index;
    if (isObject) {
      const end = endOfValue(text, at);
      name = JSON.parse(text.slice(at, end));
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    // The last of two equal keys is the one that JSON.parse keeps.
    if (name === key) found = at;
    at = skipSpace(text, endOfValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

function endOfValue(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s,:{}[\]"]+/y;
  let depth = 0;
  let at = start;
  do {
    token.lastIndex = at;
    const matched = token.exec(text)?.[0];
    if (matched === '{' || matched === '[') depth += 1;
    if (matched === '}' || matched === ']') depth -= 1;
    at += matched?.length ?? 1;
  } while (depth > 0);
  return at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}
