import { Admin, type MessageToProduce, Producer } from '@platformatic/kafka';

const client = (address: string) => ({ clientId: 'testing', bootstrapBrokers: [address] });

/** Topics by name, with so many partitions. */
export async function createTopics(address: string, topics: Readonly<Record<string, number>>): Promise<void> {
  const admin = new Admin(client(address));
  for (const [topic, partitions] of Object.entries(topics)) {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
  }
  await admin.close();
}

export async function produce(
  address: string,
  topic: string,
  messages: readonly Omit<MessageToProduce<Buffer, Buffer, Buffer, Buffer>, 'topic'>[],
): Promise<void> {
  const producer = new Producer<Buffer, Buffer, Buffer, Buffer>({
    ...client(address),
    acks: -1,
    idempotent: true,
  });
  await producer.send({ messages: messages.map((message) => ({ ...message, topic })) });
  await producer.close();
}

/** All before an offset of partition 0, as if they had expired. */
export async function deleteRecords(address: string, topic: string, before: bigint): Promise<void> {
  const admin = new Admin(client(address));
  await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: before }] }] });
  await admin.close();
}
