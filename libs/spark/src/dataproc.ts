import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { everyService, ofScheme, type Place, settingsOf } from './place.ts';
import { ask } from './rest.ts';
import type { JobState, SparkJob, SparkService } from './service.ts';

const TITLE = 'Dataproc Serverless';
const SIGN_IN = 'sign in: gcloud auth application-default login; then look at the roles of the account';
export const DATAPROC_FORM = 'dataproc://PROJECT/REGION?account=EMAIL&subnetwork=NAME&version=2.3';

const settingsSchema = z.strictObject({
  ...everyService,
  /** The service account that the job is run as. */
  account: z.string().exactOptional(),
  subnetwork: z.string().exactOptional(),
  /** Of the runtime: `2.3` has Spark 3.5, `3.0` Spark 4. */
  version: z.string().exactOptional(),
  /** A container image with the packages that the script imports. */
  image: z.string().exactOptional(),
  /** Of the API, where it isn't reached by its public name. */
  url: z.url().exactOptional(),
});

type Settings = z.infer<typeof settingsSchema>;

const operation = z.object({ name: z.string() });
const batch = z.object({ state: z.string(), stateMessage: z.string().nullish(), operation: z.string().nullish() });

const ENDED: Readonly<Record<string, JobState['ended']>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'stopped',
};

/** Google Cloud's Serverless for Apache Spark: a batch per job. Source: Dataproc API v1, projects.locations.batches. */
export function dataproc(place: Place): SparkService {
  const settings = settingsOf(place, settingsSchema, DATAPROC_FORM);
  if (place.path === '') {
    throw new PlatformError(`--spark ${place.text} names no region`, { code: 'usage', hint: `as in ${DATAPROC_FORM}` });
  }
  const batches = `projects/${place.host}/locations/${place.path}/batches`;
  const token = tokens(place.host);
  const call = async (method: 'GET' | 'POST', path: string, json?: object) => {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
    const url = new URL(`/v1/${path}`, settings.url ?? 'https://dataproc.googleapis.com');
    return ask(
      { title: TITLE, signIn: SIGN_IN },
      { method, url, headers, ...(json && { body: JSON.stringify(json) }) },
    );
  };
  const look = async (id: string) => batch.parse(await call('GET', `${batches}/${id}`));
  return {
    title: TITLE,
    poll: settings.poll,
    address: ofScheme(TITLE, 'gs'),
    start: async (job) => {
      const id = batchId(job);
      const query = new URLSearchParams({ batchId: id, requestId: job.id });
      operation.parse(await call('POST', `${batches}?${query}`, request(job, settings, place.conf)));
      return id;
    },
    look: async (id) => {
      const { state, stateMessage } = await look(id);
      const ended = ENDED[state];
      return { name: state, ...(ended && { ended }), ...(stateMessage && { reason: stateMessage }) };
    },
    stop: async (id) => {
      const { operation: name } = await look(id);
      if (name) await call('POST', `${name}:cancel`, {});
    },
  };
}

/** 4 to 63 small letters, digits and hyphens, with a letter or digit at the ends. */
function batchId({ name, id }: SparkJob): string {
  return `${name.slice(0, 62 - id.length)}-${id}`;
}

function request({ script, modules, args, timeout }: SparkJob, settings: Settings, conf: Place['conf']) {
  const { account, subnetwork, version, image } = settings;
  const runtime = {
    ...(version !== undefined && { version }),
    ...(image !== undefined && { containerImage: image }),
    ...(Object.keys(conf).length > 0 && { properties: conf }),
  };
  const execution = {
    ...(account !== undefined && { serviceAccount: account }),
    ...(subnetwork !== undefined && { subnetworkUri: subnetwork }),
    ...(timeout !== undefined && { ttl: `${Math.ceil(timeout)}s` }),
  };
  return {
    pysparkBatch: { mainPythonFileUri: script, pythonFileUris: [modules], args },
    ...(Object.keys(runtime).length > 0 && { runtimeConfig: runtime }),
    ...(Object.keys(execution).length > 0 && { environmentConfig: { executionConfig: execution } }),
  };
}

/** Tokens of who is signed in on this machine, by Application Default Credentials; one that is about to expire is renewed. */
function tokens(project: string): () => Promise<string> {
  let client: Promise<{ getAccessToken: () => Promise<{ token?: string | null }> }> | undefined;
  return async () => {
    try {
      client ??= signedIn(project);
      return String((await (await client).getAccessToken()).token);
    } catch (cause) {
      client = undefined;
      throw new PlatformError(`${TITLE}: Google doesn't know who you are: ${messageOf(cause).split('\n')[0]}`, {
        code: 'environment',
        hint: SIGN_IN,
        cause,
      });
    }
  };
}

async function signedIn(projectId: string) {
  // In a bundle, a CommonJS package has no names of its own.
  const { GoogleAuth } = (await import('google-auth-library')).default;
  // Told the project, it doesn't start gcloud to ask for one.
  return new GoogleAuth({ projectId, scopes: 'https://www.googleapis.com/auth/cloud-platform' }).getClient();
}
