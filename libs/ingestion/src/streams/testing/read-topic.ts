import { defineTable } from '../../table/define-table.ts';
import { openLake } from '../../lake/open-lake.ts';
import { ingestStream } from '../ingest-stream.ts';
import { kafkaStream } from '../kafka-stream.ts';

/** A program: reads a topic into a lake until it is killed. Arguments: folder, broker, topic, this member's name. */
const [folder = '', broker = '', topic = '', instance = ''] = process.argv.slice(2);

await ingestStream({
  source: kafkaStream({ brokers: [broker], topic, group: 'lake', instance, sessionSeconds: 6 }),
  table: defineTable({ columns: { id: 'BIGINT' }, key: ['id'] }),
  dataset: (await openLake(folder)).dataset('raw', 'kills', { partitionBy: { rest: 'id % 3' } }),
  batch: { rows: 300, seconds: 0.1 },
});
