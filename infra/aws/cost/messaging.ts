import type { Pricer } from '@ml-platform/conventions/cost';
import { block, byUse, hourly, numberOf, scales } from './charges.ts';

const stream: Pricer = ({ inputs }, facts) => {
  const onTop = scales(facts, 'stream', 'kinesis.in', 'kinesis.out');
  if (block(inputs, 'streamModeDetails').streamMode === 'ON_DEMAND') {
    return [{ ...hourly(facts, 'stream, by use', 'kinesis.stream'), scales: onTop }];
  }
  return [hourly(facts, 'shards of a stream', 'kinesis.shard', numberOf(inputs.shardCount, 1))];
};

const delivery: Pricer = ({ inputs }, facts) => {
  const converts = block(block(inputs, 'extendedS3Configuration'), 'dataFormatConversionConfiguration');
  const isConverting = Object.keys(converts).length > 0;
  return [byUse(facts, 'delivery to the lake', 'firehose', ...(isConverting ? ['firehose.conversion'] : []))];
};

const kafka: Pricer = (_, facts) => [
  { ...hourly(facts, 'Kafka', 'kafka'), scales: scales(facts, 'Kafka', 'kafka.partition', 'kafka.in') },
];

const queue: Pricer = (_, facts) => [byUse(facts, 'queues', 'queue')];
const topic: Pricer = (_, facts) => [byUse(facts, 'topics', 'topic')];
const bus: Pricer = (_, facts) => [byUse(facts, 'event bus', 'events')];
const archive: Pricer = (_, facts) => [byUse(facts, 'kept events', 'events.archive')];
const destination: Pricer = (_, facts) => [byUse(facts, 'calls of addresses', 'events.calls')];
const pipe: Pricer = (_, facts) => [byUse(facts, 'pipes', 'pipes')];
const schedule: Pricer = (_, facts) => [byUse(facts, 'schedules', 'schedules')];

const stateMachine: Pricer = ({ inputs }, facts) => {
  const isExpress = inputs.type === 'EXPRESS';
  return [byUse(facts, 'state machines', isExpress ? 'state-machine.express' : 'state-machine')];
};

export const MESSAGING: Readonly<Record<string, Pricer>> = {
  'aws:cloudwatch/eventApiDestination:EventApiDestination': destination,
  'aws:cloudwatch/eventArchive:EventArchive': archive,
  'aws:cloudwatch/eventBus:EventBus': bus,
  'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream': delivery,
  'aws:kinesis/stream:Stream': stream,
  'aws:msk/serverlessCluster:ServerlessCluster': kafka,
  'aws:pipes/pipe:Pipe': pipe,
  'aws:scheduler/schedule:Schedule': schedule,
  'aws:sfn/stateMachine:StateMachine': stateMachine,
  'aws:sns/topic:Topic': topic,
  'aws:sqs/queue:Queue': queue,
};
