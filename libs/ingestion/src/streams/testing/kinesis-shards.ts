import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A shard; with an `end` it was split or merged. */
export interface TestShard {
  readonly parents?: readonly string[];
  readonly isClosed?: boolean;
  readonly values: string[];
}

export interface ShardServer {
  readonly url: string;
  /** What was asked, in its order: the shards of `GetRecords`. */
  readonly asked: string[];
  readonly stop: () => Promise<void>;
}

type Request = { readonly [field: string]: unknown };

/** What Kinesis says of shards that end, and of iterators that expire; moto's shards never end. */
export async function startShards(
  shards: Readonly<Record<string, TestShard>>,
  expiring: { times: number } = { times: 0 },
): Promise<ShardServer> {
  const asked: string[] = [];
  const answers: Record<string, (request: Request) => object> = {
    ListShards: () => ({
      Shards: Object.entries(shards).map(([ShardId, { parents = [] }]) => ({
        ShardId,
        ParentShardId: parents[0],
        AdjacentParentShardId: parents[1],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: '1' },
        SequenceNumberRange: { StartingSequenceNumber: '1' },
      })),
    }),
    GetShardIterator: ({ ShardId, StartingSequenceNumber = '0' }) => ({
      ShardIterator: `${ShardId}:${StartingSequenceNumber}`,
    }),
    GetRecords: ({ ShardIterator }) => {
      const [id = '', after] = String(ShardIterator).split(':');
      if (expiring.times-- > 0) return { __type: 'ExpiredIteratorException', message: 'five minutes old' };
      asked.push(id);
      const { values = [], isClosed } = shards[id] ?? {};
      const from = Number(after);
      const some = values.slice(from, from + 2);
      const isEnd = isClosed === true && from + some.length === values.length;
      return {
        Records: some.map((value, index) => ({
          Data: Buffer.from(value).toString('base64'),
          PartitionKey: 'k',
          SequenceNumber: String(from + index + 1),
          ApproximateArrivalTimestamp: Date.now() / 1000,
        })),
        ...(!isEnd && { NextShardIterator: `${id}:${from + some.length}` }),
        MillisBehindLatest: 0,
      };
    },
  };
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const answer = answers[operation]?.((await json(request)) as Request) ?? {};
    response.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
