import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { environmentError, explained, firstLine } from '../failures/explain.ts';
import type { Dataset } from '../lake/dataset.ts';
import { openSession, rowsOf, type Session, type SessionOptions } from '../session/session.ts';
import { named } from '../session/sql-text.ts';
import { bindTable } from '../table/bind-table.ts';
import { isMoment, scalarOf } from '../table/column-type.ts';
import type { Table } from '../table/define-table.ts';
import { convertSql, momentSql, type Origin } from './convert.ts';
import { checkColumns, checkDrift, checkShare, type Tally } from './drift.ts';
import { partFiles } from './part-files.ts';
import { partName } from './part-name.ts';
import { placeFiles } from './place-files.ts';
import { type Relation, relationOf, type StagedFile } from './relation.ts';
import type { Rows, RowsFile } from './rows.ts';
import { stageRows } from './stage-rows.ts';
import { unpacked, withEvenLineEnds } from './text-file.ts';

export interface PartOptions extends SessionOptions {
  readonly dataset: Dataset;
  readonly table: Table;
  /** Where in the source the part begins: what the same start wrote before is replaced. */
  readonly start: string;
  readonly rows: Rows;
  /** Metadata columns that each row carries beside the table's, by type: `{ _offset: 'BIGINT' }`. */
  readonly origin?: Origin;
  /** Metadata columns with one text for all rows: `{ _file: 'orders.csv' }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the first row, for the column `_sequence`, which is left out unless this is given. */
  readonly sequence?: bigint;
  /**
   * Parts of one lane are written one after the other, each committed before the next begins: by it is found what an
   * abandoned attempt left in other partitions. `main` unless given.
   */
  readonly lane?: string;
  /** A column that is gone, or of which no value converts: an error unless `quarantine`. */
  readonly drift?: 'error' | 'quarantine';
  /** A larger share of refused rows is an error, before anything of the part is written; 1 unless given. */
  readonly maxQuarantinedShare?: number;
  /** What was read before, for that share. */
  readonly before?: Tally;
  /** Moments of the watermark behind this one are refused: they would hide all that comes after. */
  readonly notAfter?: Date;
  /** Asked after what is there was looked at, and before it is written over: throws where the right to write is lost. */
  readonly guard?: () => Promise<void>;
  /** For many parts by one DuckDB; a new one unless given. */
  readonly session?: Session;
  readonly signal?: AbortSignal;
}

export interface WrittenPart extends Tally {
  /** Paths in the lake. */
  readonly files: readonly string[];
  /** Columns that came and aren't the table's. */
  readonly extra: readonly string[];
  /** The greatest watermark among the rows, as text; a moment in ISO's form, in UTC. */
  readonly highest: string | undefined;
}

/**
 * Converts and checks rows, and writes the good ones and the refused ones as the files of one part, each whole and at once.
 * What the same start wrote before is replaced.
 *
 * @throws PlatformError `data` for drift, too many refused rows or a file that can't be read; `config` for a check that is
 * no SQL; `environment` for a full disk or a store that can't be reached; `busy` where another process writes the same part.
 */
export async function writePart(options: PartOptions): Promise<WrittenPart> {
  const { dataset, start } = options;
  return explained(`${dataset.uri}, part ${start}`, async () => {
    if (options.session !== undefined) return write(options.session, options);
    await using session = await openSession(options);
    return await write(session, options);
  });
}

async function write(opened: Session, options: PartOptions): Promise<WrittenPart> {
  const { dataset, table, start, origin = {}, labels = {}, sequence, lane = 'main', guard, signal } = options;
  const session = { database: opened.database, folder: await mkdtemp(join(opened.folder, 'part-')) };
  try {
    await bindTable(session, table, dataset.partitions);
    const relation = await materialised(session, options);
    signal?.throwIfAborted();
    const tally = await tallyOf(session);
    await check(session, tally, options);
    const made = await partFiles(session, { dataset, table, origin, labels, sequence, tally, name: partName(start) });
    signal?.throwIfAborted();
    await placeFiles(made, { dataset, start, lane, guard });
    const extra = await extraColumns(relation, table, origin);
    return { ...tally, files: made.map(({ path }) => path), extra, highest: await highestOf(session, options) };
  } finally {
    await session.database.run('DROP TABLE IF EXISTS part');
    await rm(session.folder, { recursive: true, force: true });
  }
}

/** All rows, converted, in the table `part`; they are read once. */
async function materialised(session: Session, options: PartOptions): Promise<Relation> {
  const rows = await staged(session, options.rows);
  try {
    return await read(session, rows, options);
  } catch (thrown) {
    if (!UNEVEN.test(messageOf(thrown))) throw explainedFile(options, rows, thrown);
  }
  const even = { ...rows, file: await withEvenLineEnds(session.folder, rows.file) };
  return read(session, even, options).catch((thrown: unknown) => {
    throw explainedFile(options, rows, thrown);
  });
}

/** What DuckDB's strict reader says of lines that end in different ways. */
const UNEVEN = /state machine reached an invalid state/;

async function staged({ folder }: Session, rows: Rows): Promise<StagedFile> {
  if (isFile(rows))
    return {
      ...rows,
      file: await unpacked(folder, rows.file).catch((thrown: unknown) => {
        throw explainedFile({ rows }, rows, thrown);
      }),
    };
  const file = join(folder, 'staged.ndjson');
  await stageRows(rows, file);
  return { file, format: 'ndjson', isStaged: true };
}

function isFile(rows: Rows): rows is RowsFile {
  return 'file' in rows && 'format' in rows;
}

async function read(session: Session, rows: StagedFile, options: PartOptions): Promise<Relation> {
  const { dataset, table, origin = {}, drift = 'error', notAfter } = options;
  const { database } = session;
  const relation = await relationOf(session, rows, { ...table.columns, ...origin });
  if (drift === 'error') await checkColumns(relation, table, dataset.uri);
  await database.run(`CREATE OR REPLACE TEMP TABLE part AS ${convertSql(relation, table, { origin, notAfter })}`);
  if (relation.rejects === undefined) return relation;
  await database.run(
    `INSERT INTO part BY NAME SELECT problem AS _problem, []::VARCHAR[] AS _columns, raw AS _raw FROM (${relation.rejects})`,
  );
  return relation;
}

/** A file that isn't what it is called; what was staged here can be no such. */
function explainedFile(
  { rows: given }: Pick<PartOptions, 'rows'>,
  { file, format }: RowsFile,
  thrown: unknown,
): unknown {
  const name = isFile(given) ? given.file : file;
  const isOurs = /^(Binder|Catalog|Parser|INTERNAL) Error/.test(messageOf(thrown));
  if (isOurs || thrown instanceof PlatformError || environmentError(name, thrown) !== undefined) return thrown;
  return new PlatformError(`${name} can't be read as ${format}: ${firstLine(messageOf(thrown))}`, {
    code: 'data',
    hint: 'it is cut off, damaged or of another format: fetch it again, or name its format',
    cause: thrown,
  });
}

async function tallyOf({ database }: Session): Promise<Tally> {
  const [found] = await rowsOf<{ all: bigint; good: bigint }>(
    database,
    'SELECT count(*) AS "all", count(*) FILTER (_problem IS NULL) AS good FROM part',
  );
  const { all = 0n, good = 0n } = found ?? {};
  return { rows: Number(good), quarantined: Number(all - good) };
}

async function check(session: Session, { rows, quarantined }: Tally, options: PartOptions): Promise<void> {
  const { dataset, table, drift = 'error', maxQuarantinedShare = 1, before = { rows: 0, quarantined: 0 } } = options;
  if (drift === 'error') await checkDrift(session, table, dataset.uri);
  const all = { rows: before.rows + rows, quarantined: before.quarantined + quarantined };
  await checkShare(session, all, maxQuarantinedShare, dataset.uri);
}

async function extraColumns(relation: Relation, table: Table, origin: Origin): Promise<string[]> {
  const known = new Set([...Object.keys(table.columns), ...Object.keys(origin)].map((name) => name.toLowerCase()));
  return (await relation.names()).filter(
    (name) => !known.has(name.toLowerCase()) && !['_problem', '_raw'].includes(name),
  );
}

/** Of refused rows too: what was seen isn't asked for again. */
async function highestOf({ database }: Session, { table, notAfter }: PartOptions): Promise<string | undefined> {
  const { watermark, columns } = table;
  const type = watermark === undefined ? undefined : columns[watermark];
  if (watermark === undefined || type === undefined) return undefined;
  const isTime = isMoment(type) && scalarOf(type) !== 'DATE';
  const text = isTime
    ? `strftime(max(${named(watermark)})::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%fZ')`
    : `max(${named(watermark)})::VARCHAR`;
  const bound = isMoment(type) && notAfter !== undefined ? `WHERE ${named(watermark)} <= ${momentSql(notAfter)}` : '';
  const [found] = await rowsOf<{ highest: string | null }>(database, `SELECT ${text} AS highest FROM part ${bound}`);
  return found?.highest ?? undefined;
}
