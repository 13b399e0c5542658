import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isLocation } from '@ml-platform/storage';
import { hasParams } from '../document/has-params.ts';
import { pathParams } from '../params/file-param.ts';
import { readParamsFiles } from '../params/params-file.ts';
import type { Place } from '../runner/place.ts';
import { isInside } from '../workspace/is-inside.ts';
import { workspaceRoot } from '../workspace/workspace-root.ts';
import { ARTIFACTS, DEFINITIONS, type DvcSettings, definitionOf, PARAMS, stageOf } from './dvc-files.ts';

type Values = Readonly<Record<string, unknown>>;

/** A step as a stage of DVC's, before it has run. */
export interface StageState {
  readonly cmd: string;
  /** Paths from the project's folder, sorted. */
  readonly deps: readonly string[];
  /** By file and key, what the stage is run with. */
  readonly params: Readonly<Record<string, Values>>;
}

/** What a run is given, which may be more than DVC sees. */
export interface Given {
  /** By parameter, before defaults. */
  readonly values: Values;
  readonly settings: DvcSettings;
}

/**
 * The stage, or why this run is none that DVC could run again: it would put down as the outcome of params.yaml what came of other
 * parameters, or of files that only this machine has.
 *
 * @throws PlatformError `config` where params.yaml lacks the step's section.
 */
export function stageState(place: Place, { values, settings }: Given): StageState | string {
  const { document, described, project } = place;
  const section = sectionOf(place);
  if (!isEqual(values, section)) return `its parameters are not those of ${PARAMS}`;
  const elsewhere = foreignFile(place, values);
  if (elsewhere !== undefined) return `${elsewhere} is outside of the workspace`;
  const { cmd, deps } = stageOf(document, described, settings);
  const edited = deps.find((path) => !path.startsWith(ARTIFACTS) && isYounger(join(project, path)));
  if (edited !== undefined) return `${edited} changed while it ran`;
  const definition = { [described.name]: definitionOf(document, described, settings) };
  const tracked = hasParams(document, described) ? { [PARAMS]: { [described.paramsKey]: section } } : {};
  return { cmd, deps, params: { [DEFINITIONS]: definition, ...tracked } };
}

function sectionOf({ described, project }: Place): Values {
  return readParamsFiles(project)[0]?.values[described.paramsKey] ?? {};
}

function foreignFile({ document, described, project }: Place, values: Values): string | undefined {
  const schema = document.params[described.paramsKey] ?? {};
  const workspace = workspaceRoot(project);
  const paths = pathParams(schema, { ...values, ...described.fixedParams }).map(([, path]) => path);
  return paths.find((path) => isLocation(path) || !isInside(resolve(project, path), workspace));
}

/** Than this process, which has loaded the code as it was. */
function isYounger(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.mtimeMs > performance.timeOrigin;
}

/** Whatever the order of keys. */
export function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
