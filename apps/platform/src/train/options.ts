import type { PlatformError } from '@ml-platform/errors';
import { flag, parseOptions, text, texts, wrongUsage } from '../command-line.ts';

export const TRAIN_HELP = `Runs pipelines up to a candidate, compares it with the champion, and says what the gate says.

  npx platform train [PIPELINE ...] [options]

  PIPELINE             the pipelines; all that register a model, unless given
  --affected           only pipelines whose model a change may change
  --base REF           affected: by what changed since this work left that commit; main unless given
  --env NAME           reads params.NAME.yaml over params.yaml
  --param NAME=VALUE   overrides a parameter: train.trials=50; may be repeated
  --sample             a small run: reads params.sample.yaml, registers nothing, judges nothing
  --push               puts the new versions into the shared registry; one that passes the gate is the candidate there
  --registry PLACE     the registry whose champion they are compared with: a folder, s3://bucket/prefix,
                       az://container/prefix; else the variable MODEL_REGISTRY, else the folder models
  --report FILE        writes one report of all, in Markdown
  --json               prints the result as one line of JSON on standard output, all else on standard error
  --debug              prints stacks with errors
  --help               prints this

Exit codes: 0 all is well, 2 wrong usage, 3 a file is wrong, 7 no such pipeline, 8 a pipeline failed, or a gate says no.
`;

export interface TrainOptions {
  readonly pipelines: readonly string[];
  /** The commit that changes are counted from, where only affected pipelines are wanted. */
  readonly affectedSince?: string;
  readonly environment?: string;
  readonly params: readonly string[];
  readonly sample: boolean;
  readonly push: boolean;
  readonly registry?: string;
  readonly report?: string;
  readonly json: boolean;
}

/**
 * Reads the options of `train`; undefined where help is asked for.
 *
 * @throws PlatformError `usage` for an unknown flag, and for flags that exclude each other.
 */
export function trainOptions(args: readonly string[]): TrainOptions | undefined {
  const { values, positionals } = parse(args);
  const { help, affected, base, env, sample = false, push = false, registry, report } = values;
  if (help) return undefined;
  if (base !== undefined && !affected) throw usage('--base goes with --affected');
  if (sample && env !== undefined) throw usage('--sample is an environment of its own, and excludes --env');
  if (sample && push) throw usage('a --sample is not pushed: its model is thrown away');
  return {
    pipelines: positionals,
    ...(affected && { affectedSince: base ?? 'main' }),
    ...(sample ? { environment: 'sample' } : env !== undefined && { environment: env }),
    ...(registry !== undefined && { registry }),
    ...(report !== undefined && { report }),
    params: values.param ?? [],
    sample,
    push,
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  const options = {
    affected: flag,
    base: text,
    env: text,
    param: texts,
    sample: flag,
    push: flag,
    registry: text,
    report: text,
    json: flag,
    debug: flag,
    help: flag,
  } as const;
  return parseOptions('train', { args: [...args], allowPositionals: true, options });
}

function usage(message: string): PlatformError {
  return wrongUsage('train', message);
}
