import { memoryStream } from './memory-stream.ts';
import { testStream } from './testing/stream-contract.ts';

testStream(async (name) => {
  const source = memoryStream(name);
  return {
    source,
    put: async (messages) => {
      for (const { key, value } of messages) source.add(value, key);
    },
  };
});
