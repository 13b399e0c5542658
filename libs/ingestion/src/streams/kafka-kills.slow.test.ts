import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasKafka, startKafka } from '@ml-platform/messaging/testing/kafka-broker';
import type { KafkaBroker } from '@ml-platform/messaging/testing/kafka-broker';
import { createTopics, produce } from '@ml-platform/messaging/testing/kafka-topics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../lake/open-lake.ts';
import { defineTable } from '../table/define-table.ts';
import { countIn, temporaryFolder } from '../testing/temporary-lake.ts';
import { ingestStream } from './ingest-stream.ts';
import { kafkaStream } from './kafka-stream.ts';

const KILLS = 50;
const PROGRAM = fileURLToPath(new URL('testing/read-topic.ts', import.meta.url));
const TOPIC = 'kills';

describe.skipIf(!(await hasKafka()))('members of a group that are killed', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka();
  }, 600_000);
  afterAll(() => broker?.stop());

  test(`${KILLS} times at random under load, lose no message, and double none once deduplicated`, async () => {
    await createTopics(broker.address, { [TOPIC]: 4 });
    const folder = temporaryFolder();
    const start = (member: string) =>
      spawn(process.execPath, [PROGRAM, folder, broker.address, TOPIC, member], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    let isOver = false;
    let sent = 0;
    const load = async () => {
      for (; !isOver; sent += 40, await sleep(20)) {
        const messages = Array.from({ length: 40 }, (_, index) => ({ value: Buffer.from(`{"id": ${sent + index}}`) }));
        await produce(broker.address, TOPIC, messages);
      }
    };
    const loaded = load();
    const members: ChildProcess[] = [start('a'), start('b')];
    for (let kills = 0; kills < KILLS; kills++) {
      await sleep(300 + Math.random() * 2200);
      const which = kills % 2;
      const exited = once(members[which] as ChildProcess, 'exit');
      members[which]?.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
      members[which] = start(which === 0 ? 'a' : 'b');
    }
    isOver = true;
    await loaded;
    for (const member of members) {
      member.kill('SIGKILL');
      await once(member, 'exit');
    }
    const dataset = (await openLake(folder)).dataset('raw', 'kills', { partitionBy: { rest: 'id % 3' } });
    const before = await countIn(dataset, 'count(DISTINCT id)');
    // The killed members' partitions are free after their session.
    await ingestStream({
      source: kafkaStream({ brokers: [broker.address], topic: TOPIC, group: 'lake' }),
      table: defineTable({ columns: { id: 'BIGINT' }, key: ['id'] }),
      dataset,
      until: 'drained',
    });
    expect(before).toBeGreaterThan(0);
    expect(await countIn(dataset, 'count(*)')).toBeGreaterThanOrEqual(sent);
    expect(await countIn(dataset, 'count(DISTINCT id)')).toBe(sent);
    expect(await countIn(dataset, 'count(DISTINCT (_partition, _offset))')).toBe(sent);
  }, 300_000);
});
