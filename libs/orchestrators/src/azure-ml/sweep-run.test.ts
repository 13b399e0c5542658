import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { searchProject } from '../sagemaker/testing/search-project.ts';
import { compile } from '../target.ts';
import { NODE_FOLDER, RUN_STEP } from '../testing/project.ts';
import { azureMl } from './azure-ml.ts';

/** MLflow as far as a trial needs it: the metrics of each run. */
async function mlflow() {
  const metrics = new Map<string, Record<string, number>>();
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { run_id, key, value } = JSON.parse(text);
    const isAllowed = request.headers.authorization === 'Bearer sesame';
    if (isAllowed) metrics.set(run_id, { ...metrics.get(run_id), [key]: value });
    response.writeHead(isAllowed ? 200 : 401).end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mlflow/v1.0`;
  return { metrics, uri, close: () => new Promise((closed) => server.close(closed)) };
}

interface Job {
  readonly type: string;
  readonly command?: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly objective: { readonly goal: string; readonly primary_metric: string };
}

/** Runs the pipeline as Azure does: jobs in a shell, a sweep's trials with these values, the best one's output its own. */
async function runPipeline(params: object, trials: readonly object[], check: (folder: string) => Promise<void>) {
  const project = await searchProject();
  const folder = await mkdtemp(join(tmpdir(), 'sweep-'));
  const server = await mlflow();
  const { PATH = '' } = process.env;
  try {
    const files = compile(azureMl, project.document, {
      images: { typescript: 'acme/steps:1', python: 'acme/steps:1' },
      workspace: project.folder,
      pipeline: project.pipeline,
      compute: 'serverless',
      command: ['node', RUN_STEP],
      steps: { fit: { form: 'tuning' } },
    });
    const paramsFile = join(folder, 'params.json');
    await writeFile(paramsFile, JSON.stringify(params));
    const run = async (command: string, output: string, values: object = {}) => {
      await mkdir(output, { recursive: true });
      const text = command
        .replaceAll(`\${{inputs.params}}`, paramsFile)
        .replaceAll(`\${{outputs.artifacts}}`, output)
        .replaceAll(/\$\{\{inputs\.from_(\w+)\}\}/g, (_: string, job: string) => join(folder, job))
        .replaceAll(/\$\{\{inputs\.trial_(\w+)\}\}/g, (_: string, name: string) => String(Object(values)[name]));
      const azure = { MLFLOW_RUN_ID: output, MLFLOW_TRACKING_URI: server.uri, MLFLOW_TRACKING_TOKEN: 'sesame' };
      await execa('bash', ['-c', text], { cwd: folder, env: { ...azure, PATH: [NODE_FOLDER, PATH].join(delimiter) } });
    };
    const { jobs } = parse(files.get('pipeline.yml') ?? '') as { jobs: Record<string, Job> };
    for (const name of ['count', 'add_up', 'fit', 'gather']) {
      const { command = '', type, objective } = jobs[name] as Job;
      if (type !== 'sweep') {
        await run(command, join(folder, name));
        continue;
      }
      const trial = parse(files.get(`trial-${name}.yml`) ?? '') as { command: string };
      const outputs = trials.map((_, index) => join(folder, `trial-${index}`));
      for (const [index, values] of trials.entries()) await run(trial.command, outputs[index] ?? '', values);
      const found = outputs.map((output) => server.metrics.get(output)?.[objective.primary_metric] ?? Number.NaN);
      expect(found.every(Number.isFinite)).toBe(true);
      const best = found.indexOf(objective.goal === 'minimize' ? Math.min(...found) : Math.max(...found));
      await cp(outputs[best] ?? '', join(folder, name), { recursive: true });
    }
    await check(folder);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
    await project.remove();
  }
}

/** As Python writes numbers. */
const TRIALS = [
  { rate: '0.1', power: '1.0' },
  { rate: '3.0000000000000004', power: '2.0' },
  { rate: '1e-01', power: '3.0' },
];
const read = async (folder: string, path: string) => JSON.parse(await readFile(join(folder, path), 'utf8'));

test('a sweep’s outputs are those of its best trial, which the next step reads', async () => {
  await runPipeline({ fit: { label: `it's` } }, TRIALS, async (folder) => {
    const best = { rate: 3.0000000000000004, power: 2, label: "it's" };
    expect((await readdir(join(folder, 'fit'))).sort()).toEqual(['chosen.json', 'metrics.json', 'trial.json']);
    expect(await read(folder, 'fit/chosen.json')).toEqual(best);
    expect((await read(folder, 'fit/trial.json')).params).toEqual(best);
    expect(await read(folder, 'gather/all.json')).toEqual([best]);
  });
});

test('where the gate says no, all trials are skipped, and so is what follows', async () => {
  await runPipeline({ count: { upTo: 1 } }, TRIALS, async (folder) => {
    expect(await readdir(join(folder, 'fit'))).toEqual(['skipped.json']);
    expect(await read(folder, 'gather/skipped.json')).toEqual({ reason: "'fit' was skipped" });
  });
});
