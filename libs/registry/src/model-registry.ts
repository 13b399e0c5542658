/** One version of a model: immutable, except for the aliases that point at it. */
export interface ModelVersion {
  readonly name: string;
  /** Opaque: compare for equality alone. */
  readonly version: string;
  /** Absolute path of the model folder; a URI where the store isn't on this machine. */
  readonly location: string;
  /** SHA-256 over the paths and bytes of the folder's files, in hexadecimal. */
  readonly contentHash: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Readonly<Record<string, unknown>>;
  readonly aliases: readonly string[];
}

export interface RegisteredVersion extends ModelVersion {
  /** False where the same bytes were registered before. */
  readonly created: boolean;
}

export interface Registration {
  readonly name: string;
  /** A model folder: `model.onnx` and `model.json`. */
  readonly source: string;
  /** The manifest's own, unless given. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** The manifest's own, unless given. */
  readonly lineage?: Readonly<Record<string, unknown>>;
}

/** Compare and swap: the change is refused unless the alias points at `expected` (null: at nothing). */
export interface Swap {
  readonly expected?: string | null;
}

export interface Rollback extends Swap {
  /** `champion` unless given. */
  readonly alias?: string;
  /** Why; kept in the history. */
  readonly reason?: string;
}

export interface Promotion extends Rollback {
  /** Against what a check said, which the history then tells. */
  readonly forced?: boolean;
}

/** Where an alias pointed, and where it points now; both are the same where nothing had to change. */
export interface AliasMove {
  readonly alias: string;
  readonly previous: string | null;
  readonly version: string | null;
}

export interface AliasChange extends AliasMove {
  readonly name: string;
  readonly action: 'promoted' | 'forced' | 'rolledBack' | 'set' | 'removed';
  /** Why, where somebody said so. */
  readonly reason: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * Models, their versions and the aliases that name the version in use.
 *
 * Every method that changes an alias throws PlatformError `busy` where `expected` was given and isn't what the alias
 * points at, `notFound` where the model or version isn't registered, `usage` where a name doesn't fit.
 */
export interface ModelRegistry {
  /** Copies a model folder into the store; the same bytes again give the version that exists, unchanged. */
  register(registration: Registration): Promise<RegisteredVersion>;
  /** Versions of one model or of all, by name, oldest first; empty where nothing is registered. */
  list(name?: string): Promise<readonly ModelVersion[]>;
  /** @throws PlatformError `notFound` with what there is instead. */
  get(name: string, versionOrAlias: string): Promise<ModelVersion>;
  /** Version by alias. */
  aliases(name: string): Promise<Readonly<Record<string, string>>>;
  setAlias(name: string, alias: string, version: string, swap?: Swap): Promise<AliasMove>;
  removeAlias(name: string, alias: string, swap?: Swap): Promise<AliasMove>;
  /** Points an alias at a version because it shall serve from now on. */
  promote(name: string, version: string, promotion?: Promotion): Promise<AliasMove>;
  /**
   * Points an alias at the version that it pointed at before the current one; once more, at the one before that.
   *
   * @throws PlatformError `notFound` where there was none.
   */
  rollback(name: string, rollback?: Rollback): Promise<AliasMove>;
  /** Every change of an alias, oldest first. */
  history(name: string): Promise<readonly AliasChange[]>;
  close(): Promise<void>;
}
