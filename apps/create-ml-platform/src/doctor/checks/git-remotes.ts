import type { Check } from '../check.ts';
import { broken, type Finding, note, ok, skipped } from '../finding.ts';
import { gitReason } from '../machine/error-message.ts';
import type { Machine } from '../machine/machine.ts';

/** Whoever would be asked for a password isn't there. */
const SILENT = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '', GCM_INTERACTIVE: 'never', LC_ALL: 'C' };
const PATIENCE = 10;

/** Each remote answers, as who is signed in here. */
export const gitRemotesCheck: Check = {
  group: 'Remotes',
  title: "Git's remotes",
  network: true,
  look: async (machine) => {
    const { exit, stdout } = await machine.run('git', ['remote']);
    // Without Git, or outside of a repository: findings of other checks.
    if (exit !== 0) return [skipped("Git's remotes", 'there is no repository')];
    const names = stdout.split(/\r?\n/).filter((name) => name !== '');
    if (names.length === 0) return [note("Git's remotes", 'none yet', 'git remote add origin URL')];
    const ssh = await sshCommand(machine);
    return Promise.all(names.map((name) => ask(machine, name, ssh)));
  },
};

async function ask({ run }: Machine, name: string, ssh: string): Promise<Finding> {
  const what = `Git's remote ${name}`;
  const { exit, stderr } = await run('git', ['-c', 'core.askPass=', 'ls-remote', '--quiet', name, 'HEAD'], {
    env: { ...SILENT, GIT_SSH_COMMAND: ssh },
    patience: PATIENCE,
  });
  if (exit === 0) return ok(what, 'answers');
  const found = exit === 'late' ? `no answer in ${PATIENCE} s` : gitReason(stderr);
  return broken(what, found, { wanted: 'that it answers', mend: `git ls-remote ${name}` });
}

/** The person's own, which may name a key, with the order to ask nothing. */
async function sshCommand({ run, env }: Machine): Promise<string> {
  const { exit, stdout } = await run('git', ['config', '--get', 'core.sshCommand']);
  const own = env.GIT_SSH_COMMAND ?? (exit === 0 ? stdout.trim() : '');
  return `${own || 'ssh'} -o BatchMode=yes -o ConnectTimeout=${PATIENCE - 2}`;
}
