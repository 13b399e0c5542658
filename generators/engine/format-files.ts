import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const FORMATTED = /\.(ts|json)$/;

/** The files as the workspace's formatter has them; as they are where it has none. */
export async function formatFiles(root: string, files: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  if (!existsSync(join(root, 'node_modules/@biomejs/biome'))) return new Map(files);
  const formatted = [...files].map(async ([path, text]): Promise<[string, string]> => {
    if (!FORMATTED.test(path)) return [path, text];
    const options = { cwd: root, input: text, localDir: root, preferLocal: true, stripFinalNewline: false } as const;
    const { stdout } = await execa('biome', ['format', `--stdin-file-path=${path}`], options);
    return [path, stdout];
  });
  return new Map(await Promise.all(formatted));
}
