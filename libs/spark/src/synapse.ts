import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { AZURE_SIGN_IN, azureToken } from './azure-token.ts';
import { everyService, type Place, settingsOf } from './place.ts';
import { ask } from './rest.ts';
import type { JobState, SparkJob, SparkService } from './service.ts';

const TITLE = 'Synapse';
const SCOPE = 'https://dev.azuresynapse.net/.default';
const VERSION = '2019-11-01-preview';
export const SYNAPSE_FORM = 'synapse://WORKSPACE/POOL?executors=2&cores=4&memory=28g';

const settingsSchema = z.strictObject({
  ...everyService,
  executors: z.coerce.number().int().min(1).default(2),
  /** Of the driver and of each executor, as the pool's nodes have it: a small one has 4 cores and 28g. */
  cores: z.coerce.number().int().min(1).default(4),
  memory: z
    .string()
    .regex(/^\d+[gm]$/, 'expected such as 28g')
    .default('28g'),
  /** Of the workspace, where it isn't reached by its public name. */
  url: z.url().exactOptional(),
});

type Settings = z.infer<typeof settingsSchema>;

const batch = z.object({
  id: z.int(),
  /** Livy's own word, before the service has one. */
  state: z.string().nullish(),
  result: z.string().nullish(),
  errorInfo: z.array(z.object({ message: z.string().nullish(), errorCode: z.string().nullish() })).nullish(),
});

const RESULTS: Readonly<Record<string, JobState['ended']>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Cancelled: 'stopped',
};
/** Of these, Livy tells no more. */
const STATES: Readonly<Record<string, JobState['ended']>> = {
  success: 'succeeded',
  dead: 'failed',
  error: 'failed',
  killed: 'stopped',
};

/** Azure Synapse: a batch on a Spark pool. Source: Synapse data plane REST API 2019-11-01-preview, Spark Batch. */
export function synapse(place: Place): SparkService {
  const settings = settingsOf(place, settingsSchema, SYNAPSE_FORM);
  if (place.path === '') {
    throw new PlatformError(`--spark ${place.text} names no Spark pool`, {
      code: 'usage',
      hint: `as in ${SYNAPSE_FORM}`,
    });
  }
  const base = `/livyApi/versions/${VERSION}/sparkPools/${encodeURIComponent(place.path)}/batches`;
  const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, json?: object) => {
    const url = new URL(`${base}${path}`, settings.url ?? `https://${place.host}.dev.azuresynapse.net`);
    const headers = { authorization: `Bearer ${await azureToken(SCOPE)}`, 'content-type': 'application/json' };
    const body = json && { body: JSON.stringify(json) };
    return ask({ title: TITLE, signIn: AZURE_SIGN_IN }, { method, url, headers, ...body });
  };
  return {
    title: TITLE,
    poll: settings.poll,
    address,
    start: async (job) =>
      String(batch.parse(await call('POST', '?detailed=true', request(job, settings, place.conf))).id),
    look: async (id) => stateOf(batch.parse(await call('GET', `/${id}?detailed=true`))),
    stop: async (id) => void (await call('DELETE', `/${id}`)),
  };
}

function stateOf({ state, result, errorInfo }: z.infer<typeof batch>): JobState {
  const ended = RESULTS[result ?? ''] ?? STATES[state ?? ''];
  const reason = (errorInfo ?? []).map(({ message, errorCode }) => message ?? errorCode).filter(Boolean);
  const name = state || 'submitted';
  return { name, ...(ended && { ended }), ...(reason.length > 0 && { reason: reason.join('; ') }) };
}

function request(
  { name, id, script, modules, args }: SparkJob,
  { executors, cores, memory }: Settings,
  conf: Place['conf'],
) {
  return {
    name: `${name}-${id}`,
    file: script,
    pyFiles: [modules],
    args,
    driverCores: cores,
    driverMemory: memory,
    executorCores: cores,
    executorMemory: memory,
    numExecutors: executors,
    ...(Object.keys(conf).length > 0 && { conf }),
  };
}

/** `az://container/path`, in the storage account that the runner knows, as Hadoop says it. */
function address(uri: string): string {
  const [, container, path = ''] = /^az:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  const account = process.env.AZURE_STORAGE_ACCOUNT;
  if (container !== undefined && account) return `abfss://${container}@${account}.dfs.core.windows.net/${path}`;
  const isAzure = container !== undefined;
  const what = isAzure
    ? 'az:// needs the name of a storage account'
    : `${TITLE} reads az://, and this lies elsewhere: ${uri}`;
  throw new PlatformError(what, {
    code: isAzure ? 'config' : 'usage',
    hint: isAzure
      ? 'set AZURE_STORAGE_ACCOUNT'
      : 'keep artifacts and raw files in az://, or name another Spark service',
  });
}
