import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type Editor, editorOf } from '../testing/next-version.ts';
import { plainEnvironment } from '../testing/packed-command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { publish } from './publish.ts';

function repository(): Editor {
  const editor = editorOf(temporaryFolder());
  editor.write('apps/create-ml-platform/package.json', '{ "version": "1.0.0" }');
  editor.write('.changeset/config.json', '{}');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: editor.folder, env: plainEnvironment() });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x');
  return editor;
}

test('what is not committed is not published', async () => {
  const { folder, write } = repository();
  write('apps/create-ml-platform/README.md', '# changed');
  const error = { code: 'usage', message: 'the tree has changes that are not committed' };
  await expect(publish(folder)).rejects.toMatchObject(error);
});

test('while changesets wait, nothing is published', async () => {
  const { folder, write } = repository();
  write('.changeset/a.md', '---\n"@ml-platform/create-ml-platform": minor\n---\n\nBetter.\n');
  execFileSync('git', ['add', '--all'], { cwd: folder });
  execFileSync('git', ['commit', '--quiet', '--message', 'y'], { cwd: folder, env: plainEnvironment() });
  const error = { code: 'usage', message: '.changeset/a.md wait for a version', hint: 'npm run release:version' };
  await expect(publish(folder)).rejects.toMatchObject(error);
});
