import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';

/** A repository on this machine, with a clone to commit in. */
export interface ScratchRepository {
  /** Bare: what GitHub has. */
  readonly remote: string;
  readonly clone: string;
  readonly git: (...args: string[]) => string;
  /** Commits all, pushes the branch that is checked out, and returns the commit. */
  readonly push: (message: string, files?: ReadonlyMap<string, string>) => string;
  readonly remove: () => void;
}

const AUTHOR = ['-c', 'user.name=Octocat', '-c', 'user.email=octocat@localhost'];

export function scratchRepository(files: ReadonlyMap<string, string>): ScratchRepository {
  const root = mkdtempSync(join(tmpdir(), 'repository-'));
  const [remote, clone] = [join(root, 'remote.git'), join(root, 'clone')];
  execaSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  execaSync('git', ['clone', '--quiet', remote, clone]);
  const git = (...args: string[]) => execaSync('git', [...AUTHOR, ...args], { cwd: clone }).stdout;
  const push = (message: string, changed: ReadonlyMap<string, string> = new Map()) => {
    for (const [path, text] of changed) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
    git('push', '--quiet', 'origin', 'HEAD');
    return git('rev-parse', 'HEAD');
  };
  git('checkout', '--quiet', '-B', 'main');
  push('feat: the beginning', files);
  return { remote, clone, git, push, remove: () => rmSync(root, { recursive: true, force: true }) };
}
