import { describeError } from '@ml-platform/errors';
import { installPackagesTask, type Tree } from '@nx/devkit';
import { createTwoFilesPatch } from 'diff';
import { applyPlan, type Change } from './apply-plan.ts';
import { formatFiles } from './format-files.ts';
import type { Plan } from './plan.ts';

/** In every schema.json. */
export interface CommonOptions {
  readonly skipInstall?: boolean;
}

/** Decides what to do; reads the tree, and writes nothing. */
export type Planner<Options> = (tree: Tree, options: Options) => Plan | Promise<Plan>;

/** A generator of Nx: writes what the planner decides, and says it, with `--dry-run` as a diff. It gives what Nx is to do then. */
export function defineGenerator<Options extends CommonOptions>(plan: Planner<Options>) {
  return async (tree: Tree, options: Options): Promise<(() => void) | undefined> => {
    try {
      const decided = await plan(tree, options);
      const planned = { ...decided, files: await formatFiles(tree.root, decided.files) };
      const changes = applyPlan(tree, planned);
      process.stdout.write(isDryRun(process.argv) ? changes.map(diffOf).join('') : summary(changes, planned));
      const installs = planned.installs && changes.some(({ path }) => path.endsWith('package.json'));
      return installs && options.skipInstall !== true ? () => installPackagesTask(tree, true) : undefined;
    } catch (thrown) {
      // Nx prints an error's message alone: the hint goes with it.
      throw new Error(describeError(thrown), { cause: thrown });
    }
  };
}

/** Nx keeps it to itself, and then doesn't write. */
function isDryRun(argv: readonly string[]): boolean {
  return argv.includes('--dry-run') || argv.includes('--dryRun') || argv.includes('-d');
}

function diffOf({ path, before, after }: Change): string {
  return createTwoFilesPatch(before === undefined ? '/dev/null' : `a/${path}`, `b/${path}`, before ?? '', after);
}

function summary(changes: readonly Change[], { next }: Plan): string {
  if (changes.length === 0) return 'nothing to do: all of it is there\n';
  return next.length === 0 ? '' : `next: ${next.join('\n      ')}\n`;
}
