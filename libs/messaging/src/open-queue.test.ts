import { testQueue } from './testing/queue-contract.ts';

testQueue({
  make: async (name) => ({
    uri: `memory:${name}`,
    deadLetter: `memory:${name}.dead`,
    subscriptions: [`memory:${name}.topic?subscription=a`, `memory:${name}.topic?subscription=b`],
    sendRaw: async (body) => {
      const { memoryChannel } = await import('./channels/memory.ts');
      const channel = memoryChannel({ scheme: 'memory', uri: '', topic: name });
      return channel.send({ body: Buffer.from(body), attributes: {} });
    },
  }),
  idleSeconds: 0.2,
  leaseSeconds: 0.6,
  countsAttempts: true,
  ordered: false,
});
