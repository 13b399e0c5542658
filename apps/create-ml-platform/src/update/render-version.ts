import { messageOf, PlatformError } from '@ml-platform/errors';
import { parseAnswers } from '../answers/answers.ts';
import type { PrintedFile } from '../cli/render-command.ts';
import type { JsonObject } from '../render/json.ts';
import { render } from '../render/render.ts';
import type { Template, Tree, TreeFile } from '../template/template.ts';
import { runVersion } from './other-version.ts';

export interface Rendering {
  readonly version: string;
  readonly answers: JsonObject;
}

/** The files that a version gives for some answers: in process where it is the running one, else by its own render. */
export function renderVersion(template: Template, { version, answers }: Rendering, cwd: string): Tree {
  const text = JSON.stringify(answers);
  if (version === template.version) return render(template, parseAnswers(text));
  const printed = runVersion(version, ['render', '--answers', text, '--json'], cwd);
  if (printed.ok) return readPrinted(version, printed.text);
  const reason = /^error: (.*)$/m.exec(printed.stderr)?.[1] ?? `it ended with ${printed.exit}`;
  throw new PlatformError(`create-ml-platform ${version}, which made this project, refuses: ${reason}`, {
    code: 'usage',
    hint: 'update first: npx create-ml-platform update',
  });
}

function readPrinted(version: string, text: string): Tree {
  try {
    const { files } = JSON.parse(text) as { files: Record<string, PrintedFile> };
    return new Map(Object.entries(files).map(([path, file]): [string, TreeFile] => [path, readFile(file)]));
  } catch (thrown) {
    throw new PlatformError(`create-ml-platform ${version} printed no project: ${messageOf(thrown)}`, {
      code: 'environment',
      hint: `look at: npm exec --package=create-ml-platform@${version} -- create-ml-platform --help`,
      cause: thrown,
    });
  }
}

function readFile(file: PrintedFile): TreeFile {
  const content = 'text' in file ? Buffer.from(file.text) : Buffer.from(file.base64, 'base64');
  return { content, executable: file.mode === '755' };
}
