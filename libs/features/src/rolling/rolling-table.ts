import type {
  DuckDBAppender,
  DuckDBBigIntVector,
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBIntegerVector,
} from '@duckdb/node-api';
import { ENTITY, type Span } from '../query/feature-query.ts';
import type { Plan } from '../query/plan.ts';
import { bucketRowsQuery, type RollingPlan, stepsOf } from './rolling-query.ts';
import { type EntityBuckets, rollingSums } from './rolling-sums.ts';

/** As many rows as DuckDB hands over at once. */
const CHUNK = 2048;

/** A table to write, and two connections: what is appended by one would end what it reads. */
interface Places {
  readonly table: string;
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
}

/** Leaves a table: of each entity, in the order of times, the sums that hold from then on. */
export async function makeRollingTable(
  { table: name, writer, reader }: Places,
  plan: Plan,
  rolling: RollingPlan,
  span: Span,
): Promise<void> {
  const carried = plan.ttl === undefined ? [] : ['newest__', 'last__'];
  const columns = [
    `${ENTITY} INTEGER`,
    ...['time__', ...carried].map((column) => `${column} DOUBLE`),
    ...rolling.names.map((column) => `${column} BIGINT`),
  ];
  await writer.run(`CREATE OR REPLACE TABLE ${name} (${columns.join(', ')})`);
  const table = await RollingTable.open(writer, name, carried.length, rolling.names.length);
  const { until } = stepsOf(plan, span);
  const entity = new Entity(carried.length > 0, rolling.values.length);
  const finish = () =>
    rollingSums(entity, rolling.sums, until, (time, sums, newest) => {
      table.add(entity.number, time, sums, entity.times[newest] ?? 0, entity.lasts[newest] ?? 0);
    });
  const rows = await reader.stream(bucketRowsQuery(plan, rolling, span));
  for (let chunk = await rows.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await rows.fetchChunk()) {
    entity.read(chunk, finish);
  }
  finish();
  table.close();
}

/** The buckets of the entity that is being read. */
class Entity implements EntityBuckets {
  number = 0;
  count = 0;
  times = new Float64Array(CHUNK);
  lasts = new Float64Array(CHUNK);
  values: BigInt64Array[];
  readonly #hasLast: boolean;

  constructor(hasLast: boolean, values: number) {
    this.#hasLast = hasLast;
    this.values = Array.from({ length: values }, () => new BigInt64Array(CHUNK));
  }

  /** Takes rows, and calls `finish` each time that those of an entity are all there. */
  read(chunk: DuckDBDataChunk, finish: () => void): void {
    const numbers = chunk.getColumnVector(0);
    const { rowCount } = chunk;
    for (let start = 0; start < rowCount; ) {
      const number = numbers.getItem(start) as number;
      if (number !== this.number) {
        finish();
        this.number = number;
        this.count = 0;
      }
      let end = start + 1;
      while (end < rowCount && numbers.getItem(end) === number) end += 1;
      this.#take(chunk, start, end);
      start = end;
    }
  }

  #take(chunk: DuckDBDataChunk, start: number, end: number): void {
    this.#makeRoom(this.count + end - start);
    const rows = { start, end, at: this.count };
    copyNumbers(doublesOf(chunk, 1), rows, this.times);
    if (this.#hasLast) copyNumbers(doublesOf(chunk, 2), rows, this.lasts);
    for (const [index, values] of this.values.entries()) {
      copyBigints(bigintsOf(chunk, index + (this.#hasLast ? 3 : 2)), rows, values);
    }
    this.count += end - start;
  }

  #makeRoom(count: number): void {
    if (count <= this.times.length) return;
    const room = 2 * count;
    this.times = grown(this.times, new Float64Array(room));
    this.lasts = grown(this.lasts, new Float64Array(room));
    this.values = this.values.map((values) => grown(values, new BigInt64Array(room)));
  }
}

/** Rows on their way to the table. */
class RollingTable {
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;
  readonly #entities = new Int32Array(CHUNK);
  readonly #times: readonly Float64Array[];
  readonly #sums: readonly BigInt64Array[];
  #count = 0;

  private constructor(appender: DuckDBAppender, chunk: DuckDBDataChunk, carried: number, sums: number) {
    this.#appender = appender;
    this.#chunk = chunk;
    this.#times = Array.from({ length: 1 + carried }, () => new Float64Array(CHUNK));
    this.#sums = Array.from({ length: sums }, () => new BigInt64Array(CHUNK));
  }

  static async open(database: DuckDBConnection, name: string, carried: number, sums: number): Promise<RollingTable> {
    const { BIGINT, DOUBLE, DuckDBDataChunk, INTEGER } = await import('@duckdb/node-api');
    const doubles = Array.from({ length: 1 + carried }, () => DOUBLE);
    const bigints = Array.from({ length: sums }, () => BIGINT);
    const chunk = DuckDBDataChunk.create([INTEGER, ...doubles, ...bigints]);
    return new RollingTable(await database.createAppender(name), chunk, carried, sums);
  }

  add(entity: number, time: number, sums: BigInt64Array, newest: number, last: number): void {
    const row = this.#count;
    this.#entities[row] = entity;
    const [times, newests, lasts] = this.#times;
    if (times) times[row] = time;
    if (newests) newests[row] = newest;
    if (lasts) lasts[row] = last;
    for (let index = 0; index < this.#sums.length; index++) {
      (this.#sums[index] as BigInt64Array)[row] = sums[index] ?? 0n;
    }
    this.#count += 1;
    if (this.#count === CHUNK) this.#flush();
  }

  close(): void {
    this.#flush();
    this.#appender.closeSync();
  }

  #flush(): void {
    if (this.#count === 0) return;
    const chunk = this.#chunk;
    chunk.reset();
    chunk.rowCount = this.#count;
    writeIntegers(chunk.getColumnVector(0) as DuckDBIntegerVector, this.#entities);
    for (const [index, times] of this.#times.entries()) writeNumbers(doublesOf(chunk, 1 + index), times);
    const before = 1 + this.#times.length;
    for (const [index, sums] of this.#sums.entries()) writeBigints(bigintsOf(chunk, before + index), sums);
    this.#appender.appendDataChunk(chunk);
    this.#count = 0;
  }
}

function doublesOf(chunk: DuckDBDataChunk, column: number): DuckDBDoubleVector {
  return chunk.getColumnVector(column) as DuckDBDoubleVector;
}

function bigintsOf(chunk: DuckDBDataChunk, column: number): DuckDBBigIntVector {
  return chunk.getColumnVector(column) as DuckDBBigIntVector;
}

interface Rows {
  readonly start: number;
  readonly end: number;
  /** Where the first one goes to. */
  readonly at: number;
}

// One function per type: V8 makes machine code without objects of those alone that see one type.

function copyNumbers(from: DuckDBDoubleVector, { start, end, at }: Rows, into: Float64Array): void {
  for (let row = start; row < end; row++) into[at + row - start] = from.getItem(row) ?? 0;
}

function copyBigints(from: DuckDBBigIntVector, { start, end, at }: Rows, into: BigInt64Array): void {
  for (let row = start; row < end; row++) into[at + row - start] = from.getItem(row) ?? 0n;
}

function writeIntegers(into: DuckDBIntegerVector, values: Int32Array): void {
  for (let row = 0; row < into.itemCount; row++) into.setItem(row, values[row] ?? 0);
  into.flush();
}

function writeNumbers(into: DuckDBDoubleVector, values: Float64Array): void {
  for (let row = 0; row < into.itemCount; row++) into.setItem(row, values[row] ?? 0);
  into.flush();
}

function writeBigints(into: DuckDBBigIntVector, values: BigInt64Array): void {
  for (let row = 0; row < into.itemCount; row++) into.setItem(row, values[row] ?? 0n);
  into.flush();
}

function grown<Values extends Float64Array | BigInt64Array>(values: Values, into: Values): Values {
  into.set(values as never);
  return into;
}
