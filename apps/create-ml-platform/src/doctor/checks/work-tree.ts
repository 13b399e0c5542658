import { relative } from 'node:path';
import { readJournal } from '../../apply/journal.ts';
import { isRunning } from '../../write/temporary-folder.ts';
import type { Check } from '../check.ts';
import { broken, type Finding, note, ok, skipped, warning } from '../finding.ts';
import { gitReason } from '../machine/error-message.ts';

const ABORT = 'npx create-ml-platform update --abort';

/** The project is in a repository, and no update of it waits. */
export const workTreeCheck: Check = {
  group: 'Project',
  title: 'the repository',
  look: async (machine) => {
    const { folder, run } = machine;
    const { exit, stdout, stderr } = await run('git', ['rev-parse', '--show-toplevel', '--absolute-git-dir', 'HEAD']);
    // That Git isn't there is found among the tools.
    if (exit === 'missing') return [skipped('the repository', 'Git is not on the PATH')];
    const [top, gitFolder, head] = stdout.trim().split(/\r?\n/);
    if (/dubious ownership/.test(stderr)) return [foreign(folder)];
    if (!top || !gitFolder) return [outside(stderr)];
    if (exit !== 0 || !head) return [uncommitted()];
    const path = relative(top, folder);
    return [ok('the repository', path ? `${top}, with the project in ${path}` : top), ...underWay(gitFolder, head)];
  },
};

function outside(stderr: string): Finding {
  return warning('the repository', gitReason(stderr) || 'none', {
    wanted: 'a repository, which updates and versions of data need',
    mend: "git init && git add --all && git commit -m 'Initial commit'",
  });
}

function uncommitted(): Finding {
  return warning('the repository', 'it has no commit', {
    wanted: 'the project committed',
    mend: "git add --all && git commit -m 'Initial commit'",
  });
}

function foreign(folder: string): Finding {
  const mend = `git config --global --add safe.directory '${folder}'`;
  return broken('the repository', 'it belongs to another user', { wanted: 'one that Git trusts', mend });
}

/** An update that waits for a commit, or was killed; one that was committed leaves its journal until the next. */
function underWay(gitFolder: string, head: string): Finding[] {
  const journal = readJournal(gitFolder);
  if (!journal || journal.head !== head) return [];
  const { about, pid } = journal;
  if (pid === undefined) return [note(about, `staged: it waits for your commit; ${ABORT} takes it back`, 'git commit')];
  if (isRunning(pid)) return [note(about, `process ${pid} is at it`)];
  return [broken(about, 'it was killed half-way', { mend: ABORT })];
}
