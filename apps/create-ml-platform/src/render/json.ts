export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** As in biome.json. */
const LINE_WIDTH = 120;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a JSON file as the formatter leaves it: an object open, an array on one line when it fits. */
export function printJson(value: Json): string {
  return `${print(value, '', 0)}\n`;
}

/** `taken` is the width that the rest of the line needs: what stands before the value, and a comma after it. */
function print(value: Json, indent: string, taken: number): string {
  if (Array.isArray(value)) return printArray(value, indent, taken);
  if (!isObject(value) || Object.keys(value).length === 0) return JSON.stringify(value);
  const inner = `${indent}  `;
  const entries = Object.entries(value);
  const lines = entries.map(([key, item], index) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return start + print(item, inner, start.length + comma(index, entries));
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function printArray(items: Json[], indent: string, taken: number): string {
  if (items.length === 0) return '[]';
  const inner = `${indent}  `;
  const printed = items.map((item, index) => print(item, inner, inner.length + comma(index, items)));
  const line = `[${printed.join(', ')}]`;
  if (!line.includes('\n') && taken + line.length <= LINE_WIDTH) return line;
  return `[\n${printed.map((item) => inner + item).join(',\n')}\n${indent}]`;
}

function comma(index: number, all: readonly unknown[]): 0 | 1 {
  return index < all.length - 1 ? 1 : 0;
}
