import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import type { CostBook } from '../cost/cost-book.ts';
import type { CloudProject } from '../program/run-stack.ts';

/** The program of a project, to be run without an engine. */
export function loadCloud(project: string): Promise<CloudProject> {
  return loadDefault<CloudProject>(join(project, 'project.ts'));
}

/** How the resources of a project are priced. */
export function loadCosts(project: string): Promise<CostBook> {
  return loadDefault<CostBook>(join(project, 'cost/index.ts'));
}

async function loadDefault<Of>(file: string): Promise<Of> {
  if (!existsSync(file)) {
    throw new PlatformError(`${file} isn't there`, {
      code: 'notFound',
      hint: 'run it on a project of the platform: npx nx run infra-aws:cost --env dev',
    });
  }
  const loaded = (await import(pathToFileURL(file).href)) as { default: Of };
  return loaded.default;
}
