import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { vi } from 'vitest';
import { pythonEnvironment } from '../../python/python-environment.ts';
import { freePort } from '../../testing/free-port.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const REQUIREMENTS = at('../../store/testing/requirements.txt');
const SPARK_REQUIREMENTS = at('../../python/testing/frameworks/requirements.txt');

export interface SparkServices {
  /** Environment variables that lead there, with credentials that it takes. */
  readonly env: Readonly<Record<string, string>>;
  /** Addresses of an application and of a job, as `--spark` takes them. */
  readonly emr: string;
  readonly glue: string;
  readonly stop: () => Promise<void>;
}

/** Starts AWS's APIs on this machine, with services that run Spark; there is a bucket `lake`. */
export async function startSparkServices(): Promise<SparkServices> {
  const python = await pythonEnvironment(REQUIREMENTS);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  const server: ChildProcess = spawn(python, [at('./spark_services.py'), '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...env, SPARK_PYTHON: await pythonEnvironment(SPARK_REQUIREMENTS) },
  });
  await vi.waitFor(() => fetch(`${url}/lake`, { method: 'PUT' }), { timeout: 60_000, interval: 200 });
  const prepared = await execa(python, ['-c', PREPARE], { env });
  const { application, job } = JSON.parse(prepared.stdout) as { application: string; job: string };
  const role = 'arn:aws:iam::123456789012:role/spark';
  return {
    env,
    emr: `emr-serverless://${application}?role=${role}&poll=0.5`,
    glue: `glue://${job}?region=us-east-1&poll=0.5&worker=G.1X&workers=2`,
    stop: async () => {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
    },
  };
}

/** What people make once. */
const PREPARE = `
import boto3, json
emr = boto3.client("emr-serverless").create_application(releaseLabel="emr-7.9.0", type="SPARK", name="spark")
glue = boto3.client("glue").create_job(
    Name="spark", Role="glue", ExecutionProperty={"MaxConcurrentRuns": 9},
    Command={"Name": "glueetl", "ScriptLocation": "s3://lake/nothing.py"},
)
print(json.dumps({"application": emr["applicationId"], "job": glue["Name"]}))`;
