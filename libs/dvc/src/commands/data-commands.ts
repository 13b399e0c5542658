import type { Call, CallOptions } from '../calls/call.ts';
import { readJson } from '../calls/call.ts';
import { operands } from './operands.ts';
import { refuseDamage } from './refuse-damage.ts';
import { cloudStatusSchema, dataStatusSchema, diffSchema, listSchema, statusSchema } from './schemas.ts';
import { changesOf, countOf } from './summaries.ts';

export interface TransferOptions extends CallOptions {
  /** Name of a remote that isn't the default one. */
  readonly remote?: string;
  readonly jobs?: number;
}

export interface CheckoutOptions extends CallOptions {
  /** Replaces what is there and was never added: it is lost. */
  readonly force?: boolean;
}

export interface GcOptions extends CallOptions {
  /** What is still wanted; all else goes. `workspace` alone drops what other commits and branches use. */
  readonly keep: readonly ('workspace' | 'allBranches' | 'allTags' | 'allCommits' | 'allExperiments')[];
  /** True: only counts. */
  readonly dryRun: boolean;
  /** In the remote as well, which others share. */
  readonly cloud?: boolean;
}

const KEEP = {
  workspace: '--workspace',
  allBranches: '--all-branches',
  allTags: '--all-tags',
  allCommits: '--all-commits',
  allExperiments: '--all-experiments',
} as const;

/** What data is there, where it lies, and how it gets there. */
export function dataCommands({ folder, locked, free }: Call) {
  return {
    /** Puts files and folders under DVC's care; where they were before, they are added again. */
    add: async (targets: readonly string[], options?: CallOptions): Promise<void> => {
      await locked(['add', ...operands(targets)], options);
    },

    /** Records in `.dvc` and `dvc.lock` what outputs now hold; `force` even where a stage's dependencies have changed. */
    commit: async (targets: readonly string[] = [], options: CheckoutOptions = {}): Promise<void> => {
      await locked(['commit', ...flag('--force', options.force), ...operands(targets)], options);
    },

    /** What a run would do, by stage or `.dvc` file; empty where all is up to date. */
    status: async (targets: readonly string[] = [], options?: CallOptions) =>
      readJson(statusSchema, await locked(['status', '--json', ...operands(targets)], options), 'status'),

    /** What a remote lacks (`new`), what the cache lacks (`deleted`), and what both lack (`missing`), by path. */
    cloudStatus: async (targets: readonly string[] = [], options: TransferOptions = {}) => {
      const args = ['status', '--json', '--cloud', ...transfer(options), ...operands(targets)];
      return readJson(cloudStatusSchema, await locked(args, options), 'status --cloud');
    },

    /** How the workspace differs from the `.dvc` files, and those from the last commit. */
    dataStatus: async (options: CallOptions & { readonly granular?: boolean; readonly notInRemote?: boolean } = {}) => {
      const { granular, notInRemote } = options;
      const args = [
        'data',
        'status',
        '--json',
        ...flag('--granular', granular),
        ...flag('--not-in-remote', notInRemote),
      ];
      return readJson(dataStatusSchema, await free(args, options), 'data status');
    },

    /** Sends what the remote lacks. */
    push: async (targets: readonly string[] = [], options: TransferOptions = {}) => {
      await refuseDamage(folder, targets, { content: false });
      const { stdout } = await locked(['push', ...transfer(options), ...operands(targets)], options);
      return { pushed: countOf(stdout, 'pushed') };
    },

    /** Brings what the cache lacks; without a remote it fails even where nothing is lacking. */
    fetch: async (targets: readonly string[] = [], options: TransferOptions = {}) => {
      const { stdout } = await locked(['fetch', ...transfer(options), ...operands(targets)], options);
      return { fetched: countOf(stdout, 'fetched') };
    },

    /** Brings what the cache lacks, and the workspace to what `.dvc` and `dvc.lock` say. */
    pull: async (targets: readonly string[] = [], options: TransferOptions & CheckoutOptions = {}) => {
      await refuseDamage(folder, targets, { content: false });
      const args = ['pull', ...transfer(options), ...flag('--force', options.force), ...operands(targets)];
      const { stdout } = await locked(args, options);
      return { fetched: countOf(stdout, 'fetched'), ...changesOf(stdout) };
    },

    /** Brings the workspace to what `.dvc` and `dvc.lock` say, from the cache. */
    checkout: async (targets: readonly string[] = [], options: CheckoutOptions = {}) => {
      await refuseDamage(folder, targets, { content: false });
      const { stdout } = await locked(['checkout', ...flag('--force', options.force), ...operands(targets)], options);
      return changesOf(stdout);
    },

    /**
     * Looks whether the cache still holds what its names say: every byte, at the speed of the disk. Sizes and manifests are
     * looked at before every push, pull and checkout.
     *
     * @throws DvcError `corruptedCache`, naming the objects.
     */
    checkCache: (targets: readonly string[] = []): Promise<void> => refuseDamage(folder, targets, { content: true }),

    /** Removes from the cache what is not kept; `removed` counts, in a dry run, what would go. */
    gc: async ({ keep, dryRun, cloud, ...options }: GcOptions) => {
      const flags = [...keep.map((scope) => KEEP[scope]), ...flag('--dry', dryRun), ...flag('--cloud', cloud)];
      const { stdout } = await locked(['gc', '--force', ...flags], options);
      const counts = [...stdout.matchAll(/^Removed (\d+) objects/gm)].map(([, count]) => Number(count));
      return { removed: counts.reduce((sum, count) => sum + count, 0) };
    },

    /** What tracked data changed between two commits; without the second, up to the workspace. */
    diff: async (from = 'HEAD', to?: string, options?: CallOptions) => {
      const args = ['diff', '--json', ...operands([from, to])];
      return readJson(diffSchema, await locked(args, options), 'diff');
    },

    /** Files of a commit, Git's and DVC's alike. */
    list: async (
      path?: string,
      options: CallOptions & {
        readonly revision?: string;
        readonly recursive?: boolean;
        readonly dvcOnly?: boolean;
      } = {},
    ) => {
      const { revision, recursive, dvcOnly } = options;
      const flags = [...flag('--recursive', recursive), ...flag('--dvc-only', dvcOnly), ...named('--rev', revision)];
      const args = ['list', '--json', ...flags, ...operands(['.', path])];
      return readJson(listSchema, await free(args, options), 'list');
    },
  };
}

function transfer({ remote, jobs }: TransferOptions): string[] {
  return [...named('--remote', remote), ...named('--jobs', jobs)];
}

function flag(name: string, isSet: boolean | undefined): string[] {
  return isSet ? [name] : [];
}

function named(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}
