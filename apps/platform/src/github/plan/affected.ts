import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';
import type { Project } from './plan-of.ts';

/**
 * Files that differ between two commits, since they parted.
 *
 * @throws PlatformError `usage` for what is no commit here.
 */
export async function changedFiles(root: string, base: string, head: string): Promise<string[]> {
  const args = ['diff', '--name-only', '-z', '--no-renames', `${base}...${head}`, '--'];
  const { stdout } = await execa('git', args, { cwd: root }).catch((cause: unknown) => {
    throw new PlatformError(`${base} and ${head} can't be compared: ${messageOf(cause)}`, {
      code: 'usage',
      hint: 'name commits of this clone; in a workflow, check out with fetch-depth: 0',
      cause,
    });
  });
  return stdout.split('\0').filter((file) => file !== '');
}

/** Names of the projects that commits touch, as Nx sees it. */
export const affectedBetween = (root: string, base: string, head: string): Promise<string[]> =>
  showAffected(root, [`--base=${base}`, `--head=${head}`]);

/** Names of the projects that a change of these files touches. */
export const affectedBy = async (root: string, files: readonly string[]): Promise<string[]> =>
  files.length === 0 ? [] : showAffected(root, ['--stdin'], files.join('\n'));

async function showAffected(root: string, args: readonly string[], input?: string): Promise<string[]> {
  const nx = createRequire(join(root, 'package.json')).resolve('nx/bin/nx.js');
  const command = [nx, 'show', 'projects', '--affected', '--json', ...args];
  const how = { cwd: root, ...(input === undefined ? { stdin: 'ignore' as const } : { input }) };
  const { stdout } = await execa(process.execPath, command, how).catch((cause: unknown) => {
    throw new PlatformError(`Nx can't say what is affected: ${messageOf(cause)}`, {
      code: 'config',
      hint: 'npx nx show projects has the reason',
      cause,
    });
  });
  return JSON.parse(stdout) as string[];
}

/** Projects with a pipeline, and those with stacks, by the names that Nx has for them. */
export function findProjects(root: string): Project[] {
  return globSync('{apps,libs,infra}/*/package.json', { cwd: root })
    .map((file) => dirname(file).replaceAll('\\', '/'))
    .sort()
    .map((folder) => {
      const { name } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string };
      return {
        name,
        folder,
        hasPipeline: existsSync(join(root, folder, 'src/pipeline.ts')),
        stacks: stacksOf(root, folder),
      };
    });
}

function stacksOf(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder, 'Pulumi.yaml'))) return [];
  const files = globSync('Pulumi.*.yaml', { cwd: join(root, folder) });
  return files.map((file) => basename(file).slice('Pulumi.'.length, -'.yaml'.length)).sort();
}
