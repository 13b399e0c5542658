import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, PlatformError } from '@ml-platform/errors';

/** The ids of messages that were handled, or are being handled. */
export interface Seen {
  /** `mine`: handle it. `running`: somebody is at it. `done`: it was handled. */
  readonly claim: (id: string) => 'mine' | 'running' | 'done';
  readonly extend: (id: string) => void;
  readonly finish: (id: string) => void;
  readonly release: (id: string) => void;
  readonly close: () => void;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS seen (
    queue TEXT, id TEXT, owner TEXT, until REAL NOT NULL, PRIMARY KEY (queue, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS seen_until ON seen (until)`;

const CLAIM = `
  INSERT INTO seen (queue, id, owner, until) VALUES ($queue, $id, $owner, $until)
  ON CONFLICT DO UPDATE SET owner = $owner, until = $until WHERE until < $now`;

/**
 * Remembers ids in a file of SQLite, or in memory. A claim lapses with its lease, so that a killed consumer's messages are
 * handled by the next; `owner` is null once a message is done.
 */
export async function openSeen(
  queue: string,
  { dedupeSeconds, dedupeFile, leaseSeconds }: SeenSettings,
  clock: () => number = Date.now,
): Promise<Seen> {
  const database = await open(dedupeFile);
  const owner = randomUUID();
  const run = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setAllowUnknownNamedParameters(true);
    return statement;
  };
  const claim = run(CLAIM);
  const look = run('SELECT owner FROM seen WHERE queue = $queue AND id = $id');
  const mine = 'WHERE queue = $queue AND id = $id AND owner = $owner';
  const extend = run(`UPDATE seen SET until = $until ${mine}`);
  const finish = run(`UPDATE seen SET owner = NULL, until = $until ${mine}`);
  const release = run(`DELETE FROM seen ${mine}`);
  const forget = run('DELETE FROM seen WHERE until < $now');
  const valuesOf = (id: string, seconds = leaseSeconds) => {
    const now = clock();
    return { queue, id, owner, now, until: now + seconds * 1000 };
  };
  return {
    claim: (id) => {
      const values = valuesOf(id);
      forget.run(values);
      if (claim.run(values).changes === 1) return 'mine';
      return (look.get(values) as { owner: string | null } | undefined)?.owner === null ? 'done' : 'running';
    },
    extend: (id) => void extend.run(valuesOf(id)),
    finish: (id) => void finish.run(valuesOf(id, dedupeSeconds)),
    release: (id) => void release.run(valuesOf(id)),
    close: () => database.close(),
  };
}

export interface SeenSettings {
  readonly dedupeSeconds: number;
  readonly dedupeFile: string | undefined;
  readonly leaseSeconds: number;
}

async function open(file = ':memory:'): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite');
  try {
    const database = new sqlite.DatabaseSync(file, { timeout: 10_000 });
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${TABLE}`);
    return database;
  } catch (thrown) {
    throw new PlatformError(`${file}: ${messageOf(thrown)}, expected a file of SQLite for the ids of messages`, {
      code: 'environment',
      hint: 'name a file in a folder that is there, in dedupe: { file }',
      cause: thrown,
    });
  }
}
