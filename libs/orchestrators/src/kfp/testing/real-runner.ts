import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FOLDER, RUN_STEP } from '../../testing/project.ts';
import { payloadOf, runnerWords, TUNING_JOB } from './step-runner.ts';
import type { Start } from './interpret.ts';

interface Study {
  readonly study_spec: {
    readonly metrics: readonly [{ readonly metric_id: string }];
    readonly parameters: readonly {
      readonly parameter_id: string;
      readonly double_value_spec?: Range;
      readonly integer_value_spec?: Range;
      readonly categorical_value_spec?: { readonly values: readonly string[] };
      readonly discrete_value_spec?: { readonly values: readonly number[] };
    }[];
  };
  readonly max_trial_count: number;
}

interface Range {
  readonly min_value: number;
  readonly max_value: number;
}

/** What Vertex AI appends to the arguments of each trial: here values from the one end of each range to the other. */
function trialsOf(args: readonly string[]): string[][] {
  const { study_spec, max_trial_count: count } = payloadOf<Study>(args) ?? fail('no study');
  return Array.from({ length: count }, (_, trial) =>
    study_spec.parameters.map(({ parameter_id: id, ...spec }) => {
      const values = spec.categorical_value_spec?.values ?? spec.discrete_value_spec?.values;
      if (values) return `--${id}=${values[trial % values.length]}`;
      const { min_value: min, max_value: max } = spec.double_value_spec ?? spec.integer_value_spec ?? fail('no range');
      const at = min + ((max - min) * trial) / Math.max(1, count - 1);
      return `--${id}=${spec.integer_value_spec ? Math.round(at) : at}`;
    }),
  );
}

/** Vertex AI counts a trial that doesn't report its metric as one that failed. */
function expectReport(args: readonly string[], file: string): void {
  const { study_spec } = payloadOf<Study>(args) ?? fail('no study');
  const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const value = report[study_spec.metrics[0].metric_id];
  if (value === undefined || Number.isNaN(Number(value))) fail(`the trial reports ${JSON.stringify(report)}`);
  rmSync(file);
}

function fail(message: string): never {
  throw new Error(message);
}

/** Starts the step runner itself, as a container would: every place is a folder of this machine. */
export function runForReal(project: string): (start: Start) => void {
  return ({ args, write }) => {
    const words = runnerWords(args);
    const isSearch = args.includes(TUNING_JOB);
    for (const trial of isSearch ? trialsOf(args) : [[]]) {
      const file = join(tmpdir(), `hypertune-${process.pid}`);
      const env = { ...process.env, ...(isSearch && { CLOUD_ML_TRIAL_ID: '1', CLOUD_ML_HP_METRIC_FILE: file }) };
      const stdio = ['ignore', 'ignore', 'inherit'] as const;
      execFileSync(`${NODE_FOLDER}/node`, [RUN_STEP, ...words, ...trial], { cwd: project, env, stdio: [...stdio] });
      if (isSearch) expectReport(args, file);
    }
    for (const [index, word] of words.entries()) {
      const place = (words[index + 1] ?? '').replace(/^[^=]*=/, '');
      if (!['--output', '--record', '--metric', ...(isSearch ? ['--trials'] : [])].includes(word) || !existsSync(place))
        continue;
      write(place, word === '--metric' ? Number(readFileSync(place, 'utf8')) : place);
    }
    const launched = args.indexOf('--gcp_resources');
    if (launched >= 0) write(args[launched + 1] ?? '', 'the job');
  };
}
