import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { PlatformError } from '@ml-platform/errors';
import type { ModelVersion } from '../model-registry.ts';
import type { StagedFolder } from '../stage-folder.ts';
import { aliasTarget } from './aliases.ts';

interface VersionRow {
  readonly name: string;
  readonly version: string;
  readonly content_hash: string;
  readonly created_at: string;
  readonly metrics: string;
  readonly lineage: string;
  readonly aliases: string;
}

export interface NewVersion {
  readonly name: string;
  readonly staged: StagedFolder;
  readonly metrics: ModelVersion['metrics'];
  readonly lineage: ModelVersion['lineage'];
  readonly createdAt: string;
}

const SELECT = `
  SELECT name, version, content_hash, created_at, metrics, lineage,
    (SELECT json_group_array(alias ORDER BY alias) FROM aliases
     WHERE aliases.name = versions.name AND aliases.version = versions.version) AS aliases
  FROM versions`;

export function listVersions(database: DatabaseSync, root: string, name?: string): ModelVersion[] {
  const rows =
    name === undefined
      ? database.prepare(`${SELECT} ORDER BY name, id`).all()
      : database.prepare(`${SELECT} WHERE name = ? ORDER BY id`).all(name);
  return rows.map((row) => toVersion(root, row as unknown as VersionRow));
}

export function findByContent(
  database: DatabaseSync,
  root: string,
  name: string,
  contentHash: string,
): ModelVersion | undefined {
  const row = database.prepare(`${SELECT} WHERE name = ? AND content_hash = ?`).get(name, contentHash);
  return row && toVersion(root, row as unknown as VersionRow);
}

/** @throws PlatformError `notFound`, with what there is instead as the hint. */
export function getVersion(database: DatabaseSync, root: string, name: string, versionOrAlias: string): ModelVersion {
  const version = findVersion(database, root, name, aliasTarget(database, name, versionOrAlias) ?? versionOrAlias);
  if (!version) throw versionNotFound(database, root, name, `version or alias "${versionOrAlias}"`);
  return version;
}

/** @throws PlatformError `notFound`; an alias isn't a version. */
export function checkVersionExists(database: DatabaseSync, root: string, name: string, version: string): void {
  if (!findVersion(database, root, name, version)) throw versionNotFound(database, root, name, `version "${version}"`);
}

function findVersion(database: DatabaseSync, root: string, name: string, version: string): ModelVersion | undefined {
  const row = database.prepare(`${SELECT} WHERE name = ? AND version = ?`).get(name, version);
  return row && toVersion(root, row as unknown as VersionRow);
}

/**
 * Publishes a staged folder as the model's next version. Has to run under the write lock.
 *
 * The rename comes before the commit: a kill between the two leaves a folder that no row names, and the next version
 * takes its place.
 */
export function addVersion(database: DatabaseSync, root: string, added: NewVersion): void {
  const version = nextVersion(database, added.name);
  database
    .prepare(
      'INSERT INTO versions (name, version, content_hash, created_at, metrics, lineage) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(
      added.name,
      version,
      added.staged.contentHash,
      added.createdAt,
      JSON.stringify(added.metrics),
      JSON.stringify(added.lineage),
    );
  const target = locationOf(root, added.name, version);
  rmSync(target, { recursive: true, force: true });
  renameSync(added.staged.folder, target);
}

function nextVersion(database: DatabaseSync, name: string): string {
  const row = database
    .prepare(
      `INSERT INTO models (name, last_version) VALUES (?, 1)
       ON CONFLICT (name) DO UPDATE SET last_version = last_version + 1 RETURNING last_version`,
    )
    .get(name);
  return String(row?.last_version);
}

function versionNotFound(database: DatabaseSync, root: string, name: string, asked: string): PlatformError {
  const versions = listVersions(database, root, name);
  if (versions.length === 0) return modelNotFound(database, root, name);
  const known = versions.map(({ version, aliases }) => [version, ...aliases].join(' = '));
  return new PlatformError(`the model "${name}" has no ${asked}`, {
    code: 'notFound',
    hint: `there is ${known.join(', ')}`,
  });
}

function modelNotFound(database: DatabaseSync, root: string, name: string): PlatformError {
  const names = new Set(listVersions(database, root).map((version) => version.name));
  return new PlatformError(`no model "${name}" in ${root}`, {
    code: 'notFound',
    hint: names.size === 0 ? 'no model is registered yet; train one first' : `there is ${[...names].join(', ')}`,
  });
}

function locationOf(root: string, name: string, version: string): string {
  return path.join(root, name, version);
}

function toVersion(root: string, row: VersionRow): ModelVersion {
  return {
    name: row.name,
    version: row.version,
    location: locationOf(root, row.name, row.version),
    contentHash: row.content_hash,
    createdAt: row.created_at,
    metrics: JSON.parse(row.metrics),
    lineage: JSON.parse(row.lineage),
    aliases: JSON.parse(row.aliases),
  };
}
