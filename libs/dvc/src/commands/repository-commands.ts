import { realpath } from 'node:fs/promises';
import type { Call, CallOptions } from '../calls/call.ts';
import { findRoot } from '../calls/find-root.ts';
import { DvcError } from '../failures/dvc-error.ts';

export interface Remote {
  readonly name: string;
  readonly url: string;
  readonly isDefault: boolean;
}

/** The repository itself, and its remotes. */
export function repositoryCommands({ folder, version, locked, free }: Call) {
  const config = async (args: readonly string[], options?: CallOptions): Promise<void> => {
    await locked(['remote', ...args], options);
  };
  return {
    /** As `3.67.1`. */
    version,

    /** Makes the folder, which lies in a repository of Git, one of DVC; `subfolder` where that one begins further up. */
    init: async ({ subfolder, ...options }: CallOptions & { readonly subfolder?: boolean } = {}): Promise<void> => {
      await locked(['init', ...(subfolder ? ['--subdir'] : [])], options);
    },

    /**
     * The repository's folder, found without starting Python.
     *
     * @throws DvcError `noRepository`.
     */
    root: async (): Promise<string> => {
      const root = findRoot(await realpath(folder).catch(() => folder));
      if (root !== undefined) return root;
      throw new DvcError(`${folder} is in no repository of DVC`, { reason: 'noRepository' });
    },

    remotes: async (options?: CallOptions): Promise<Remote[]> => {
      const { stdout } = await free(['remote', 'list'], options);
      const lines = stdout.matchAll(/^(\S+)\s+(.+?)(\s+\(default\))?\s*$/gm);
      return [...lines].map(([, name = '', url = '', mark]) => ({ name, url, isDefault: mark !== undefined }));
    },

    remoteAdd: (
      name: string,
      url: string,
      { isDefault, ...options }: CallOptions & { readonly isDefault?: boolean } = {},
    ) => config(['add', ...(isDefault ? ['--default'] : []), '--', name, url], options),

    /** Sets an option of a remote; `local` keeps it, a secret say, in a file that Git ignores. */
    remoteModify: (
      name: string,
      option: string,
      value: string,
      { local, ...options }: CallOptions & { readonly local?: boolean } = {},
    ) => config(['modify', ...(local ? ['--local'] : []), '--', name, option, value], options),

    remoteDefault: (name: string, options?: CallOptions) => config(['default', '--', name], options),

    remoteRemove: (name: string, options?: CallOptions) => config(['remove', '--', name], options),
  };
}
