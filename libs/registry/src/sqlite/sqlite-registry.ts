import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { PlatformError } from '@ml-platform/errors';
import type {
  AliasChange,
  AliasMove,
  ModelRegistry,
  ModelVersion,
  Promotion,
  RegisteredVersion,
  Registration,
  Swap,
} from '../model-registry.ts';
import { checkAlias, checkModelName } from '../names.ts';
import { readModelManifest } from '../read-manifest.ts';
import { stageFolder } from '../stage-folder.ts';
import { checkAliasExists, type Move, moveAlias, readAliases, readHistory } from './aliases.ts';
import { explainingErrors } from './sqlite-error.ts';
import { inTransaction } from './transaction.ts';
import {
  addVersion,
  checkVersionExists,
  findByContent,
  getVersion,
  listVersions,
  type NewVersion,
} from './versions.ts';

export class SqliteRegistry implements ModelRegistry {
  readonly #database: DatabaseSync;
  readonly #root: string;
  readonly #file: string;
  readonly #now: () => Date;

  constructor(database: DatabaseSync, root: string, file: string, now: () => Date) {
    this.#database = database;
    this.#root = root;
    this.#file = file;
    this.#now = now;
  }

  async register({ name, source, metrics, lineage }: Registration): Promise<RegisteredVersion> {
    checkModelName(name);
    checkFinite(metrics ?? {});
    const manifest = await readModelManifest(source);
    const staged = await stageFolder(source, path.join(this.#root, name));
    try {
      return this.#publish({
        name,
        staged,
        metrics: metrics ?? manifest.metrics ?? {},
        lineage: lineage ?? manifest.lineage ?? {},
        createdAt: this.#now().toISOString(),
      });
    } finally {
      await rm(staged.folder, { recursive: true, force: true });
    }
  }

  async list(name?: string): Promise<readonly ModelVersion[]> {
    return this.#read((database) => listVersions(database, this.#root, name));
  }

  async get(name: string, versionOrAlias: string): Promise<ModelVersion> {
    return this.#read((database) => getVersion(database, this.#root, name, versionOrAlias));
  }

  async aliases(name: string): Promise<Readonly<Record<string, string>>> {
    return this.#read((database) => readAliases(database, name));
  }

  async history(name: string): Promise<readonly AliasChange[]> {
    return this.#read((database) => readHistory(database, name));
  }

  async setAlias(name: string, alias: string, version: string, swap: Swap = {}): Promise<AliasMove> {
    return this.#move({ name, alias, version, action: 'set' }, swap);
  }

  async removeAlias(name: string, alias: string, swap: Swap = {}): Promise<AliasMove> {
    return this.#move({ name, alias, version: null, action: 'removed' }, swap);
  }

  async promote(name: string, version: string, { alias = 'champion', ...swap }: Promotion = {}): Promise<AliasMove> {
    return this.#move({ name, alias, version, action: 'promoted' }, swap);
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #publish(added: NewVersion): RegisteredVersion {
    const find = (database: DatabaseSync) => findByContent(database, this.#root, added.name, added.staged.contentHash);
    const created = this.#write((database) => {
      if (find(database)) return false;
      addVersion(database, this.#root, added);
      return true;
    });
    const version = this.#read(find);
    if (!version) throw new Error(`${this.#file} lost the version of "${added.name}" that it was just given`);
    return { ...version, created };
  }

  #move(move: Omit<Move, 'at'>, swap: Swap): AliasMove {
    checkAlias(move.alias);
    return this.#write((database) => {
      if (move.version === null) checkAliasExists(database, move.name, move.alias);
      else checkVersionExists(database, this.#root, move.name, move.version);
      return moveAlias(database, { ...move, at: this.#now().toISOString() }, swap);
    });
  }

  #read<T>(work: (database: DatabaseSync) => T): T {
    return explainingErrors(this.#file, () => work(this.#database));
  }

  #write<T>(work: (database: DatabaseSync) => T): T {
    return explainingErrors(this.#file, () => inTransaction(this.#database, () => work(this.#database)));
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
