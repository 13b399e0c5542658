import { print } from './print.ts';
import { parseAnswers } from '../answers/answers.ts';
import { render } from '../render/render.ts';
import type { Template, Tree } from '../template/template.ts';

/** A file in the JSON that `render --json` prints: text, or base64 when it isn't. */
export type PrintedFile = { readonly mode: '644' | '755' } & ({ readonly text: string } | { readonly base64: string });

/** Prints the files of a project: with their contents as JSON, else their paths. */
export function renderCommand(template: Template, answersText: string, json: boolean): void {
  const answers = parseAnswers(answersText);
  const tree = render(template, answers);
  const paths = `${[...tree.keys()].join('\n')}\n`;
  const document = { version: template.version, answers, files: printedFiles(tree) };
  print(json ? `${JSON.stringify(document)}\n` : paths);
}

function printedFiles(tree: Tree): Record<string, PrintedFile> {
  const entries = [...tree].map(([path, { content, executable }]): [string, PrintedFile] => {
    return [path, { mode: executable ? '755' : '644', ...asJson(Buffer.from(content)) }];
  });
  return Object.fromEntries(entries);
}

function asJson(bytes: Buffer): { text: string } | { base64: string } {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}
