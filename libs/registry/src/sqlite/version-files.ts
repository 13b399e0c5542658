import type { ModelVersion } from '../model-registry.ts';

/** Where the files of versions lie. */
export interface VersionFiles {
  /** What messages call the registry. */
  readonly root: string;
  locationOf(version: Pick<ModelVersion, 'name' | 'version' | 'contentHash'>): string;
  /** Copies a model folder to where it isn't a version yet. */
  stage(name: string, source: string): Promise<StagedVersion>;
}

export interface StagedVersion {
  readonly contentHash: string;
  /** Puts the files where that version's belong. Runs under the write lock, before the row that names them is kept. */
  publish(version: string): void;
  /** Removes what is left of the copy. */
  discard(): Promise<void>;
}
