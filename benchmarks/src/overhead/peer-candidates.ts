import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, withPath } from '../command.ts';
import type { Candidate } from '../measure.ts';
import { peers, unlessMissing } from '../peers.ts';
import { writeFiles } from '../write-files.ts';
import { countFiles } from './count-files.ts';
import type { GraphStep } from './graph.ts';
import { LIMIT_SECONDS } from './try-out.ts';
import { airflowDag, dvcStages, kedroCatalog, kedroRegistry, makefile, prefectFlow } from './peer-projects.ts';

const timeout = LIMIT_SECONDS * 1000;

export const MAKE = 'make -j2';
const DVC = 'dvc repro';
const KEDRO = 'kedro run';
const PREFECT = 'prefect flow';
const AIRFLOW = 'airflow dags test';

/** Makes projects of one peer, each in a folder of its own. */
export type Peer = (steps: readonly GraphStep[], folder: string) => Candidate[];

/** The peers, as far as they can be had. */
export async function findPeers(missing: string[]): Promise<Peer[]> {
  const found = await Promise.all([
    unlessMissing(KEDRO, missing, async () => kedro(await peers.python('kedro'))),
    unlessMissing(DVC, missing, async () => dvc(await peers.python('dvc'))),
    unlessMissing(PREFECT, missing, async () => prefect(await peers.python('prefect'))),
    unlessMissing(AIRFLOW, missing, async () => airflow(await peers.python('airflow'))),
    unlessMissing(MAKE, missing, make),
  ]);
  return found.filter((peer) => peer !== undefined);
}

/** Results that steps hand on: in memory, as kedro has them unless told otherwise, and in files, as the others have. */
function kedro(bin: string): Peer {
  const env = withPath({ ...process.env, DO_NOT_TRACK: '1' }, bin);
  return (steps, folder) => {
    const candidate = (name: string, place: string, catalog: object): Candidate => {
      const cwd = join(folder, place);
      runCommand('kedro', ['new', '--name', place, ...KEDRO_ANSWERS], { cwd: folder, env });
      writeFiles(cwd, {
        [`src/${place}/pipeline_registry.py`]: kedroRegistry(steps),
        'conf/base/catalog.yml': JSON.stringify(catalog),
      });
      return { name, run: () => void runCommand(join(bin, 'kedro'), ['run'], { cwd, env, timeout }) };
    };
    mkdirSync(folder, { recursive: true });
    return [
      candidate(`${KEDRO} (in memory)`, 'memory', {}),
      {
        ...candidate(`${KEDRO} (in files)`, 'files', kedroCatalog(steps)),
        ...results(join(folder, 'files/data/results'), steps),
      },
    ];
  };
}

const KEDRO_ANSWERS = ['--tools', 'none', '--example', 'n', '--telemetry', 'no'];

function dvc(bin: string): Peer {
  const env = withPath({ ...process.env, DVC_NO_ANALYTICS: '1' }, bin);
  return (steps, folder) => {
    writeFiles(folder, { 'dvc.yaml': JSON.stringify({ stages: dvcStages(steps) }) });
    runCommand('git', ['init', '--quiet'], { cwd: folder });
    runCommand('dvc', ['init', '--quiet'], { cwd: folder, env });
    runCommand('dvc', ['config', 'core.analytics', 'false'], { cwd: folder, env });
    const { prepare, check } = results(join(folder, 'results'), steps);
    return [
      {
        name: DVC,
        prepare: () => {
          prepare();
          for (const path of ['dvc.lock', '.dvc/cache']) rmSync(join(folder, path), { recursive: true, force: true });
        },
        run: () => void runCommand(join(bin, 'dvc'), ['repro'], { cwd: folder, env, timeout }),
        check,
      },
    ];
  };
}

/** Against the server that Prefect starts for a flow where there is none, and with its usual log. */
function prefect(bin: string): Peer {
  return (steps, folder) => {
    writeFiles(folder, { 'flow.py': prefectFlow(steps) });
    const env = { ...process.env, PREFECT_HOME: join(folder, 'home'), ...PREFECT_SETTINGS };
    return [
      { name: PREFECT, run: () => void runCommand(join(bin, 'python'), ['flow.py'], { cwd: folder, env, timeout }) },
    ];
  };
}

const PREFECT_SETTINGS = {
  PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
  DO_NOT_TRACK: '1',
  PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: '120',
};

/** On SQLite, in one process, one task after the other: as a person tries a DAG out. */
function airflow(bin: string): Peer {
  return (steps, folder) => {
    writeFiles(folder, { 'dags/no_ops.py': airflowDag(steps) });
    const env = withPath({ ...process.env, AIRFLOW_HOME: folder, ...AIRFLOW_SETTINGS }, bin);
    runCommand(join(bin, 'airflow'), ['db', 'migrate'], { cwd: folder, env });
    const args = ['dags', 'test', 'no_ops'];
    return [{ name: AIRFLOW, run: () => void runCommand(join(bin, 'airflow'), args, { cwd: folder, env, timeout }) }];
  };
}

const AIRFLOW_SETTINGS = { AIRFLOW__CORE__LOAD_EXAMPLES: 'False' };

function make(): Peer {
  runCommand('make', ['--version'], { cwd: '.' });
  return (steps, folder) => {
    writeFiles(folder, { Makefile: makefile(steps) });
    return [
      {
        name: MAKE,
        run: () => void runCommand('make', ['--silent', '-j2'], { cwd: folder, timeout }),
        ...results(join(folder, 'results'), steps),
      },
    ];
  };
}

/** Steps that leave files: none is there before a run, and all are after it. */
function results(folder: string, steps: readonly GraphStep[]) {
  return {
    prepare: () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
    },
    check: () => countFiles(folder, steps.length),
  };
}
