import type { CheckedPipeline } from './check-pipelines.ts';
import type { Problem } from './problem.ts';
import type { AskedStore } from './stores.ts';

interface Found {
  readonly pipelines?: readonly CheckedPipeline[];
  readonly stores?: readonly AskedStore[];
}

/** What was found, for a person. */
export function describeChecks({ pipelines, stores }: Found): string {
  const lines = pipelines
    ? pipelines.flatMap((one) => [titleOf(one), ...one.problems.flatMap(describe)])
    : (stores ?? []).flatMap(({ store, problem }) => (problem ? [store, ...describe(problem)] : [`${store}  answers`]));
  const nothing = pipelines ? 'this workspace has no pipeline yet' : 'no targets.yaml names a store';
  return `${(lines.length > 0 ? lines : [nothing]).join('\n')}\n`;
}

function titleOf({ file, name, steps, environments, targets, problems }: CheckedPipeline): string {
  if (name === undefined) return file;
  const parts = [
    `${steps} ${steps === 1 ? 'step' : 'steps'}`,
    list('environments', environments),
    list('targets', targets),
  ];
  return [
    `${name}  ${parts.filter((part) => part !== '').join('; ')}`,
    ...(problems.length > 0 ? [] : ['all right']),
  ].join('; ');
}

function list(what: string, names: readonly string[]): string {
  return names.length > 0 ? `${what} ${names.join(', ')}` : '';
}

function describe({ message, hint }: Problem): string[] {
  return [indented('error: ', message), indented('hint:  ', hint)];
}

function indented(label: string, text: string): string {
  return `  ${label}${text.replaceAll('\n', '\n         ')}`;
}
