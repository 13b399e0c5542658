import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { camelCase, constantCase, kebabCase, noCase, pascalCase, sentenceCase, snakeCase } from 'change-case';
import Handlebars from 'handlebars';

const ENDING = '.hbs';

const handlebars = Handlebars.create();
// The names that plop has for them.
handlebars.registerHelper({
  camelCase: (text: string) => camelCase(text),
  pascalCase: (text: string) => pascalCase(text),
  kebabCase: (text: string) => kebabCase(text),
  snakeCase: (text: string) => snakeCase(text),
  constantCase: (text: string) => constantCase(text),
  sentenceCase: (text: string) => sentenceCase(text),
  lowerCase: (text: string) => noCase(text),
  eq: (one: unknown, other: unknown) => one === other,
});

/** Fills in a template; nothing is escaped, since what comes out is code. */
export function renderText(template: string, values: object): string {
  return handlebars.compile(template, { noEscape: true, strict: true })(values);
}

/**
 * All templates of a folder, filled in, by their path in it less `.hbs`; a path may have expressions as well. What isn't
 * called `.hbs` is taken as it is.
 */
export function renderFolder(folder: string, values: object): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const rendered = files.map((entry): [string, string] => {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    const name = renderText(relative(folder, path), values);
    return name.endsWith(ENDING) ? [name.slice(0, -ENDING.length), renderText(text, values)] : [name, text];
  });
  return new Map(rendered.sort(([one], [other]) => (one < other ? -1 : 1)));
}
