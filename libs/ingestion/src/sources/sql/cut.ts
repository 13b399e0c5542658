import type { SqlValue } from './sql-client.ts';

/** One query's rows, handed out in parts. */
export class Cut {
  private readonly chunks: AsyncIterator<SqlValue[][]>;
  private readonly columns: readonly string[];
  private chunk: SqlValue[][] = [];
  private index = 0;
  private last: SqlValue[] = [];

  constructor(chunks: AsyncIterable<SqlValue[][]>, columns: readonly string[]) {
    this.chunks = chunks[Symbol.asyncIterator]();
    this.columns = columns;
  }

  async hasMore(): Promise<boolean> {
    while (this.index >= this.chunk.length) {
      const { done, value } = await this.chunks.next();
      if (done) return false;
      this.chunk = value;
      this.index = 0;
    }
    return true;
  }

  /** The next rows, so many or all that there are. */
  async *take(most: number): AsyncIterable<Record<string, SqlValue>> {
    for (let taken = 0; taken < most && (await this.hasMore()); taken++) {
      this.last = this.chunk[this.index++] ?? [];
      yield Object.fromEntries(this.columns.map((name, index) => [name, this.last[index] ?? null]));
    }
  }

  /** Values of the last row that was taken. */
  lastOf(names: readonly string[]): SqlValue[] {
    return names.map((name) => this.last[this.columns.indexOf(name)] ?? null);
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}
