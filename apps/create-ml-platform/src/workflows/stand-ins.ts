import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import type { WorkflowEvent } from './triggers.ts';
import type { StandIn } from './workflow-run.ts';

/** What stands in for GitHub's own actions: the checkout is real, and so are artifacts, in a folder; caches are empty. */
export function standInsFor(
  repository: string,
  event: WorkflowEvent,
  artifacts: string,
): Readonly<Record<string, StandIn>> {
  const nothing: StandIn = () => undefined;
  return {
    'actions/checkout': async ({ workspace, with: { 'fetch-depth': depth = '1', ref = event.sha } }) => {
      const git = (...args: string[]) => execa('git', args, { cwd: workspace });
      await git('init', '--quiet');
      await git('remote', 'add', 'origin', pathToFileURL(repository).href);
      const whole = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
      const shallow = depth === '0' ? whole : [`--depth=${depth}`];
      await git('fetch', '--quiet', '--no-tags', 'origin', ref, ...shallow);
      await git('checkout', '--quiet', '--detach', ref);
    },
    'actions/setup-node': nothing,
    'actions/cache': nothing,
    'actions/upload-artifact': ({ workspace, with: { name = 'artifact', path = '' } }) => {
      mkdirSync(join(artifacts, name), { recursive: true });
      cpSync(join(workspace, path), join(artifacts, name, basename(path)), { recursive: true });
    },
    'actions/download-artifact': ({ workspace, with: { name = 'artifact', path = '.' } }) => {
      const from = join(artifacts, name);
      if (!existsSync(from)) throw new Error(`no artifact '${name}'`);
      cpSync(from, join(workspace, path), { recursive: true });
    },
  };
}
