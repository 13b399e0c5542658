import { type CommandGroup, runGroup } from '../command-line.ts';

export const DATA_HELP = `Data and models, versioned with DVC.

  npx platform data status            what is not recorded, not here, or not on the remote
  npx platform data add PATH ...      puts raw files or folders under DVC's care
  npx platform data commit [PATH ...] records what changed, and what steps left
  npx platform data push              sends what the remote lacks
  npx platform data pull              brings what is recorded to this workspace
  npx platform data diff [FROM [TO]]  data, metrics and parameters that differ between commits
  npx platform data gc                what no commit uses any more: shows it, and removes it with --yes
  npx platform data remote [PLACE]    where it is shared: s3://, gs://, azure:// or a folder

  --remote NAME   another remote than the default one (push, pull)
  --jobs N        transfers at once (push, pull)
  --force         pull: also over changes that are not recorded, which are lost
  --cloud         gc: on the remote as well, which others share
  --keep SCOPE    gc: what is still used, commits (all of this clone; unless given), branches, tags or workspace
  --yes           gc: removes
  --json          prints the result as one line of JSON
  --debug         prints stacks with errors
  --help          prints this

The pinned DVC itself, for all else: npx platform dvc ARGUMENTS
`;

const GROUP: CommandGroup<[]> = {
  name: 'data',
  help: DATA_HELP,
  commands: {
    status: async (args) => (await import('./status.ts')).status(args),
    add: async (args) => (await import('./add.ts')).add(args),
    commit: async (args) => (await import('./commit.ts')).commit(args),
    push: async (args) => (await import('./transfer.ts')).push(args),
    pull: async (args) => (await import('./transfer.ts')).pull(args),
    diff: async (args) => (await import('./diff.ts')).diff(args),
    gc: async (args) => (await import('./gc.ts')).gc(args),
    remote: async (args) => (await import('./remote.ts')).remote(args),
  },
};

/** @throws PlatformError `usage` for an unknown command or flag, and what DVC refuses, as a DvcError. */
export function data(args: readonly string[]): Promise<void> {
  return runGroup(GROUP, args);
}
