import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { installed } from './installed.ts';

const run = promisify(execFile);

export interface KafkaBroker {
  /** `host:port`. */
  readonly address: string;
  /** Stops the broker as a power cut does. */
  readonly kill: () => Promise<void>;
  /** Starts it again, with the data that it has. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Whether Kafka can run here; without Java or Maven a test is skipped on a laptop, and fails in CI. */
export async function hasKafka(): Promise<boolean> {
  if (process.env.CI !== undefined) return true;
  const found = await Promise.allSettled([run('java', ['-version']), run('mvn', ['--version'])]);
  return found.every(({ status }) => status === 'fulfilled');
}

/** Kafka itself, from Maven Central: a broker of one node, in KRaft mode, on a free port. */
export async function startKafka(settings: Readonly<Record<string, string | number>> = {}): Promise<KafkaBroker> {
  const jars = join(await kafkaJars(), 'jars/*');
  const folder = await mkdtemp(join(tmpdir(), 'kafka-'));
  const [port, controller] = [await freePort(), await freePort()];
  const file = join(folder, 'server.properties');
  await writeFile(file, propertiesOf({ ...serverSettings(folder, port, controller), ...settings }));
  const java = (...args: string[]) => ['-Xmx512m', '-XX:TieredStopAtLevel=1', LOG, '-cp', jars, ...args];
  // One word with its option, because one identifier in 64 begins with a hyphen.
  const cluster = `--cluster-id=${randomBytes(16).toString('base64url')}`;
  await run('java', java('kafka.tools.StorageTool', 'format', cluster, '-c', file));
  const start = async () => {
    const broker = spawn('java', java('kafka.Kafka', file), { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(folder, 'log'), { flags: 'a' });
    broker.stdout.pipe(log, { end: false });
    broker.stderr.pipe(log, { end: false });
    await listening(broker, port, join(folder, 'log'));
    return broker;
  };
  let broker = await start();
  const end = async (signal: NodeJS.Signals) => {
    if (broker.exitCode !== null || broker.signalCode !== null) return;
    broker.kill(signal);
    await once(broker, 'exit');
  };
  return {
    address: `127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    restart: async () => {
      broker = await start();
    },
    stop: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const LOG = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';

function kafkaJars(): Promise<string> {
  return installed('kafka-broker', 'pom.xml', async (cwd) => {
    const copy = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=jars'];
    await run('mvn', ['--quiet', '--batch-mode', ...copy], { cwd });
  });
}

function serverSettings(folder: string, port: number, controller: number): Record<string, string | number> {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'auto.create.topics.enable': 'false',
    // Groups settle at once, and notice a killed member soon.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500,
  };
}

function propertiesOf(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function listening(broker: ChildProcess, port: number, log: string): Promise<void> {
  const isOpen = () =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (!(await isOpen())) {
    if (broker.exitCode !== null)
      throw new Error(`Kafka ended with ${broker.exitCode}: ${await readFile(log, 'utf8')}`);
    await sleep(100);
  }
}
