import type { DatabaseSync } from 'node:sqlite';
import { PlatformError } from '@ml-platform/errors';
import type { ModelVersion } from '../model-registry.ts';
import { aliasTarget } from './aliases.ts';
import type { StagedVersion, VersionFiles } from './version-files.ts';

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
  readonly staged: StagedVersion;
  readonly metrics: ModelVersion['metrics'];
  readonly lineage: ModelVersion['lineage'];
  readonly createdAt: string;
}

const SELECT = `
  SELECT name, version, content_hash, created_at, metrics, lineage,
    (SELECT json_group_array(alias ORDER BY alias) FROM aliases
     WHERE aliases.name = versions.name AND aliases.version = versions.version) AS aliases
  FROM versions`;

export function listVersions(database: DatabaseSync, files: VersionFiles, name?: string): ModelVersion[] {
  const rows =
    name === undefined
      ? database.prepare(`${SELECT} ORDER BY name, id`).all()
      : database.prepare(`${SELECT} WHERE name = ? ORDER BY id`).all(name);
  return rows.map((row) => toVersion(files, row as unknown as VersionRow));
}

export function findByContent(
  database: DatabaseSync,
  files: VersionFiles,
  name: string,
  contentHash: string,
): ModelVersion | undefined {
  const row = database.prepare(`${SELECT} WHERE name = ? AND content_hash = ?`).get(name, contentHash);
  return row && toVersion(files, row as unknown as VersionRow);
}

/** @throws PlatformError `notFound`, with what there is instead as the hint. */
export function getVersion(
  database: DatabaseSync,
  files: VersionFiles,
  name: string,
  versionOrAlias: string,
): ModelVersion {
  const version = findVersion(database, files, name, aliasTarget(database, name, versionOrAlias) ?? versionOrAlias);
  if (!version) throw versionNotFound(database, files, name, `version or alias "${versionOrAlias}"`);
  return version;
}

/** @throws PlatformError `notFound`; an alias isn't a version. */
export function checkVersionExists(database: DatabaseSync, files: VersionFiles, name: string, version: string): void {
  if (!findVersion(database, files, name, version))
    throw versionNotFound(database, files, name, `version "${version}"`);
}

function findVersion(
  database: DatabaseSync,
  files: VersionFiles,
  name: string,
  version: string,
): ModelVersion | undefined {
  const row = database.prepare(`${SELECT} WHERE name = ? AND version = ?`).get(name, version);
  return row && toVersion(files, row as unknown as VersionRow);
}

/** Adds the model's next version, publishes its files, and says which it is. Has to run under the write lock. */
export function addVersion(database: DatabaseSync, added: NewVersion): string {
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
  added.staged.publish(version);
  return version;
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

function versionNotFound(database: DatabaseSync, files: VersionFiles, name: string, asked: string): PlatformError {
  const versions = listVersions(database, files, name);
  if (versions.length === 0) return modelNotFound(database, files, name);
  const known = versions.map(({ version, aliases }) => [version, ...aliases].join(' = '));
  return new PlatformError(`the model "${name}" has no ${asked}`, {
    code: 'notFound',
    hint: `there is ${known.join(', ')}`,
  });
}

function modelNotFound(database: DatabaseSync, files: VersionFiles, name: string): PlatformError {
  const names = new Set(listVersions(database, files).map((version) => version.name));
  return new PlatformError(`no model "${name}" in ${files.root}`, {
    code: 'notFound',
    hint: names.size === 0 ? 'no model is registered yet; train one first' : `there is ${[...names].join(', ')}`,
  });
}

function toVersion(files: VersionFiles, row: VersionRow): ModelVersion {
  const { name, version, content_hash: contentHash } = row;
  return {
    name,
    version,
    location: files.locationOf({ name, version, contentHash }),
    contentHash,
    createdAt: row.created_at,
    metrics: JSON.parse(row.metrics),
    lineage: JSON.parse(row.lineage),
    aliases: JSON.parse(row.aliases),
  };
}
