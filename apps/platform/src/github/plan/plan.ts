import { text } from '../../command-line.ts';
import { WORKSPACE } from '../../workspace.ts';
import { readOptions, usage } from '../options.ts';
import { affectedBetween, affectedBy, changedFiles, findProjects } from './affected.ts';
import { type Plan, planOf, stackFile } from './plan-of.ts';

const OPTIONS = { base: text, head: text } as const;

/** `platform github plan`: pipelines and stacks that a change touches, as Nx sees it. */
export async function plan(args: readonly string[]): Promise<void> {
  const { base, head = 'HEAD', json } = readOptions(args, OPTIONS);
  if (base === undefined) throw usage('plan needs --base');
  const found = await planBetween(WORKSPACE, base, head);
  if (json) return void process.stdout.write(`${JSON.stringify(found)}\n`);
  const stacks = found.stacks.map(({ project, stack }) => `${project}:${stack}`);
  const lines = [`pipelines: ${found.pipelines.join(', ') || 'none'}`, `stacks: ${stacks.join(', ') || 'none'}`];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The plan for what two commits of a workspace differ in, since they parted. */
export async function planBetween(root: string, base: string, head: string): Promise<Plan> {
  const projects = findProjects(root);
  const files = await changedFiles(root, base, head);
  const affected = await affectedBetween(root, base, head);
  const ofStacks = new Set(projects.flatMap((project) => project.stacks.map((stack) => stackFile(project, stack))));
  const others = files.filter((file) => !ofStacks.has(file));
  const affectedOtherwise = others.length === files.length ? affected : await affectedBy(root, others);
  return planOf(projects, { files, affected, affectedOtherwise });
}
