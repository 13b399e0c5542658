import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { compile } from '../target.ts';
import { NODE_FOLDER, RUN_STEP } from '../testing/project.ts';
import type { Definition, JobStep } from './definition.ts';
import { DEFINITION_FILE, sageMaker } from './sagemaker.ts';
import { searchProject } from './testing/search-project.ts';
import { SETTINGS } from './testing/settings.ts';

interface Tuning {
  readonly HyperParameterTuningJobConfig: {
    readonly HyperParameterTuningJobObjective: { readonly MetricName: string };
    readonly ParameterRanges: Readonly<Record<string, readonly { readonly Name: string }[]>>;
  };
  readonly TrainingJobDefinition: {
    readonly StaticHyperParameters: Readonly<Record<string, unknown>>;
    readonly AlgorithmSpecification: { readonly MetricDefinitions: readonly { Name: string; Regex: string }[] };
  };
}

const EXECUTION = { 'Execution.PipelineExecutionId': 'run1', 'Parameters.Params': '{"fit":{"label":"it\'s"}}' };

/** What the service fills in, with a folder of this machine for the lake. */
function filledIn(value: unknown, lake: string): string {
  if (typeof value === 'string') return value.replace(/^s3:\/\/lake\/runs/, lake);
  const { Get, 'Std:Join': parts } = value as { Get?: string; 'Std:Join'?: { On: string; Values: unknown[] } };
  if (Get !== undefined) return EXECUTION[Get as keyof typeof EXECUTION];
  return (parts?.Values ?? []).map((one) => filledIn(one, lake)).join(parts?.On);
}

/** A trial as SageMaker runs it: returns the metric that it finds in the log. */
async function runTrial(
  { HyperParameterTuningJobConfig, TrainingJobDefinition }: Tuning,
  values: object,
  file: string,
  lake: string,
) {
  const { MetricName } = HyperParameterTuningJobConfig.HyperParameterTuningJobObjective;
  const { StaticHyperParameters, AlgorithmSpecification } = TrainingJobDefinition;
  const given = Object.entries(StaticHyperParameters).map(([name, value]) => [name, filledIn(value, lake)]);
  await writeFile(
    file,
    JSON.stringify({ ...Object.fromEntries(given), ...values, _tuning_objective_metric: MetricName }),
  );
  const { stdout } = await execa(`${NODE_FOLDER}/node`, [RUN_STEP, 'train', file]);
  const { Regex = '' } = AlgorithmSpecification.MetricDefinitions.find(({ Name }) => Name === MetricName) ?? {};
  return Number(new RegExp(Regex).exec(stdout)?.[1]);
}

test('a tuning job’s trials, then the job that takes the best: its artifacts, and all trials in the record', async () => {
  const project = await searchProject();
  const folder = await mkdtemp(join(tmpdir(), 'tuning-'));
  try {
    const lake = pathToFileURL(folder).href;
    const settings = {
      ...SETTINGS,
      pipeline: join(project.folder, project.pipeline),
      steps: { fit: { form: 'tuning' } },
    } as const;
    const { Steps } = JSON.parse(
      compile(sageMaker, project.document, settings).get(DEFINITION_FILE) ?? '',
    ) as Definition;
    const all = Steps.flatMap((step) => (step.Type === 'Condition' ? step.Arguments.IfSteps : [step]));
    const stepOf = (name: string) => all.find(({ Name }) => Name === name) as JobStep;
    const processing = async (name: string) => {
      const { AppSpecification } = stepOf(name).Arguments as { AppSpecification: { ContainerArguments: unknown[] } };
      const args = AppSpecification.ContainerArguments.map((one) => filledIn(one, lake));
      await execa(`${NODE_FOLDER}/node`, [RUN_STEP, ...args]);
    };
    await mkdir(join(folder, 'run1'));
    for (const name of ['count', 'add-up']) await processing(name);
    const tuning = stepOf('fit_trials').Arguments as Tuning;
    const names = Object.values(tuning.HyperParameterTuningJobConfig.ParameterRanges).flatMap((ranges) =>
      ranges.map(({ Name }) => Name),
    );
    expect(names.sort()).toEqual(['trial.power', 'trial.rate']);
    const file = join(folder, 'hyperparameters.json');
    const trial = (rate: string, power: string) =>
      runTrial(tuning, { 'trial.rate': rate, 'trial.power': power }, file, lake);
    const found = [await trial('1e-1', '1'), await trial('2.5', '2'), await trial('3.5', '3')];
    expect(found).toEqual([3.9, 0.5, 1.5]);
    await processing('fit');
    const read = async (path: string) => JSON.parse(await readFile(join(folder, 'run1', path), 'utf8'));
    expect(await read('artifacts/fit/chosen.json')).toEqual({ rate: 2.5, power: 2, label: "it's" });
    expect(await read('artifacts/fit/metrics.json')).toEqual({ error: 0.5 });
    const { trials } = (await read('runs/fit.json')).run.facets.trials;
    expect(trials.map(({ value }: { value: number }) => value).sort()).toEqual([...found].sort());
  } finally {
    await rm(folder, { recursive: true });
    await project.remove();
  }
});
