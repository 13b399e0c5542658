import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import { readOutcomes, readParamsFiles } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { CompiledFiles } from '../../target.ts';
import type { Engine, EngineContext, RunParams, Submission } from '../engine.ts';
import { runStatus } from '../step-statuses.ts';
import { readRun, stepsOf } from './run-folder.ts';

const settings = z.object({});

type Context = EngineContext<z.infer<typeof settings>>;

const RUN_COMMAND = fileURLToPath(new URL('./run-command.ts', import.meta.url));

/**
 * DVC in the project, on this machine, in a process of its own: `dvc repro`; where parameters differ from params.yaml an
 * experiment, which changes that file as DVC does.
 */
export const dvcEngine: Engine<z.infer<typeof settings>> = {
  settings,
  example: 'dvc: {}',
  lake: () => undefined,
  submit: async (compiled, submission, context) => {
    await checkRepository(context.project);
    await putFiles(compiled, context.project);
    await start(await commandOf(submission, context), folderOf(submission.runName, context), context.project);
    return { run: submission.runName };
  },
  status: async (run, context) => {
    const { document, project } = context;
    const { state, reason, lines } = await readRun(runFolder(run, context));
    const seen = stepsOf(lines, state);
    for (const { step, status, reason: why } of await readOutcomes(document, project)) {
      if (status === 'skipped' && seen.get(step)?.state === 'succeeded')
        seen.set(step, { state: 'skipped', reason: why });
    }
    return runStatus(run, state, { document, seen, reason });
  },
  logs: async function* (run, step, context) {
    const { lines } = await readRun(runFolder(run, context));
    for (const { step: of, line } of lines) {
      if (of !== undefined && (step === undefined || of === step)) yield { step: of, line };
    }
  },
};

/** @throws PlatformError `environment` without DVC, `config` outside of a repository of it. */
async function checkRepository(project: string): Promise<void> {
  const { failed, code, stderr } = await execa('dvc', ['root'], { cwd: project, reject: false });
  if (code === 'ENOENT') {
    throw new PlatformError("there is no 'dvc' on this machine's PATH", {
      code: 'environment',
      hint: 'pip install dvc',
    });
  }
  if (!failed) return;
  throw new PlatformError(`DVC refuses ${project}: ${stderr.trim().split('\n')[0]}`, {
    code: 'config',
    hint: 'make it a repository of Git and DVC: git init && dvc init',
  });
}

async function putFiles(compiled: CompiledFiles, project: string): Promise<void> {
  for (const [path, text] of compiled) {
    const file = join(project, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.tmp-${process.pid}`, text);
    await rename(`${file}.tmp-${process.pid}`, file);
  }
}

/**
 * What differs from params.yaml, which the stages read, is written there, as by `dvc exp run --set-param`: but that one
 * reads lists, dollar signs and quotes in its own way.
 */
async function commandOf({ params, runName }: Submission, { project }: Context): Promise<string[]> {
  const changes = changesOf(params, project);
  if (changes.length === 0) return ['dvc', 'repro'];
  const file = join(project, 'params.yaml');
  const yaml = parseDocument(await readFile(file, 'utf8').catch(() => ''));
  for (const [key, name, value] of changes) yaml.setIn([key, name], yaml.createNode(value));
  await putFiles(new Map([['params.yaml', yaml.toString({ lineWidth: 120 })]]), project);
  return ['dvc', 'exp', 'run', '--name', runName];
}

function changesOf(params: RunParams, project: string): [key: string, name: string, value: unknown][] {
  const file = readParamsFiles(project)[0]?.values ?? {};
  return Object.entries(params).flatMap(([key, values]) =>
    Object.entries(values)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(file[key]?.[name]))
      .map(([name, value]): [string, string, unknown] => [key, name, value]),
  );
}

/** Starts a process that outlives this one, and waits until it has left its mark. */
async function start(command: readonly string[], folder: string, project: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const child = spawn(process.execPath, [RUN_COMMAND, folder, ...command], {
    cwd: project,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  child.disconnect();
  child.unref();
}

function folderOf(run: string, { project }: Context): string {
  return join(project, 'runs/dvc', run);
}

function runFolder(run: string, context: Context): string {
  const folder = folderOf(run, context);
  if (/^[\w-]+$/.test(run) && existsSync(folder)) return folder;
  throw new PlatformError(`there is no run '${run}' of DVC in ${context.project}`, {
    code: 'notFound',
    hint: 'give the run that submit printed, on the machine that it was submitted on',
  });
}
