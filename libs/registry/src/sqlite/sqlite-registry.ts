import { PlatformError } from '@ml-platform/errors';
import type {
  AliasChange,
  AliasMove,
  ModelRegistry,
  ModelVersion,
  Promotion,
  RegisteredVersion,
  Registration,
  Rollback,
  Swap,
} from '../model-registry.ts';
import { checkAlias, checkModelName } from '../names.ts';
import { readModelManifest } from '../read-manifest.ts';
import { checkAliasExists, type Move, moveAlias, readAliases, readHistory, versionBefore } from './aliases.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { VersionFiles } from './version-files.ts';
import {
  addVersion,
  checkVersionExists,
  findByContent,
  getVersion,
  listVersions,
  type NewVersion,
} from './versions.ts';

/** Versions, aliases and their history in an SQLite database, wherever that and the versions' files are. */
export class SqliteRegistry implements ModelRegistry {
  readonly #database: DatabaseAccess;
  readonly #files: VersionFiles;
  readonly #now: () => Date;

  constructor(database: DatabaseAccess, files: VersionFiles, now: () => Date) {
    this.#database = database;
    this.#files = files;
    this.#now = now;
  }

  async register({ name, source, metrics, lineage }: Registration): Promise<RegisteredVersion> {
    checkModelName(name);
    checkFinite(metrics ?? {});
    const manifest = await readModelManifest(source);
    const staged = await this.#files.stage(name, source);
    try {
      return await this.#add({
        name,
        staged,
        metrics: metrics ?? manifest.metrics ?? {},
        lineage: lineage ?? manifest.lineage ?? {},
        createdAt: this.#now().toISOString(),
      });
    } finally {
      await staged.discard();
    }
  }

  list(name?: string): Promise<readonly ModelVersion[]> {
    return this.#database.read((database) => listVersions(database, this.#files, name));
  }

  get(name: string, versionOrAlias: string): Promise<ModelVersion> {
    return this.#database.read((database) => getVersion(database, this.#files, name, versionOrAlias));
  }

  aliases(name: string): Promise<Readonly<Record<string, string>>> {
    return this.#database.read((database) => readAliases(database, name));
  }

  history(name: string): Promise<readonly AliasChange[]> {
    return this.#database.read((database) => readHistory(database, name));
  }

  async setAlias(name: string, alias: string, version: string, swap: Swap = {}): Promise<AliasMove> {
    return this.#move({ name, alias, version, action: 'set' }, swap);
  }

  async removeAlias(name: string, alias: string, swap: Swap = {}): Promise<AliasMove> {
    return this.#move({ name, alias, version: null, action: 'removed' }, swap);
  }

  async promote(name: string, version: string, promotion: Promotion = {}): Promise<AliasMove> {
    const { alias = 'champion', forced = false, reason, ...swap } = promotion;
    return this.#move({ name, alias, version, reason, action: forced ? 'forced' : 'promoted' }, swap);
  }

  async rollback(name: string, { alias = 'champion', reason, ...swap }: Rollback = {}): Promise<AliasMove> {
    checkAlias(alias);
    return this.#database.write((database) => {
      checkAliasExists(database, name, alias);
      const version = versionBefore(database, name, alias);
      return moveAlias(database, { name, alias, version, reason, action: 'rolledBack', at: this.#at() }, swap);
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #add(added: NewVersion): Promise<RegisteredVersion> {
    const { name, staged } = added;
    return this.#database.write((database) => {
      const known = findByContent(database, this.#files, name, staged.contentHash);
      if (known) return { ...known, created: false };
      const version = addVersion(database, added);
      return { ...getVersion(database, this.#files, name, version), created: true };
    });
  }

  async #move(move: Omit<Move, 'at'>, swap: Swap): Promise<AliasMove> {
    checkAlias(move.alias);
    return this.#database.write((database) => {
      if (move.version === null) checkAliasExists(database, move.name, move.alias);
      else checkVersionExists(database, this.#files, move.name, move.version);
      return moveAlias(database, { ...move, at: this.#at() }, swap);
    });
  }

  #at(): string {
    return this.#now().toISOString();
  }
}

function checkFinite(metrics: Readonly<Record<string, number>>): void {
  for (const [metric, value] of Object.entries(metrics)) {
    if (Number.isFinite(value)) continue;
    throw new PlatformError(`the metric "${metric}" is ${value}, expected a finite number`, {
      code: 'data',
      hint: 'correct the step that measures it',
    });
  }
}
