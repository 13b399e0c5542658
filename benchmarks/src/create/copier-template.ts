import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Not copier's own brackets: files of a project hold those of GitHub's workflows.
const OPEN = '<<<<';
const CLOSE = '>>>>';

/** Makes a copier template of `folder` from a project's files: each a Jinja template that asks for the name `name`. */
export function writeCopierTemplate(folder: string, project: string, name: string): void {
  const files = join(folder, 'template');
  mkdirSync(files, { recursive: true });
  cpSync(project, files, { recursive: true });
  for (const path of readdirSync(files, { recursive: true, withFileTypes: true })) {
    if (path.isFile()) askForName(join(path.parentPath, path.name), name);
  }
  writeFileSync(join(folder, 'copier.yml'), settings(name));
}

function askForName(file: string, name: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(new RegExp(`(?<!\\w)${name}(?!\\w)`, 'g'), `${OPEN} name ${CLOSE}`));
}

function settings(name: string): string {
  const brackets = {
    variable_start_string: OPEN,
    variable_end_string: CLOSE,
    block_start_string: '<<<%',
    block_end_string: '%>>>',
    comment_start_string: '<<<#',
    comment_end_string: '#>>>',
    keep_trailing_newline: true,
  };
  return JSON.stringify({
    _subdirectory: 'template',
    _templates_suffix: '',
    _envops: brackets,
    name: { type: 'str', default: name },
  });
}
