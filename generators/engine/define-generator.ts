import { styleText } from 'node:util';
import { describeError } from '@ml-platform/errors';
import { type Change, finishInterrupted } from '@ml-platform/nx-plugin/placing';
import type { Tree } from '@nx/devkit';
import { createTwoFilesPatch } from 'diff';
import { carryOut } from './carry-out.ts';
import { formatFiles } from './format-files.ts';
import type { Plan } from './plan.ts';
import { planChanges } from './plan-changes.ts';

/** In every schema.json. */
export interface CommonOptions {
  readonly skipInstall?: boolean;
}

/** Decides what to do; reads the tree, and writes nothing. */
export type Planner<Options> = (tree: Tree, options: Options) => Plan | Promise<Plan>;

/**
 * A generator of Nx: says what the planner decides, with `--dry-run` as a diff, and gives what Nx does then, unless it is a
 * dry run: the writing, past Nx's tree, which would leave a part of it where it is killed.
 */
export function defineGenerator<Options extends CommonOptions>(plan: Planner<Options>) {
  return (tree: Tree, options: Options): Promise<() => Promise<void>> =>
    explained(async () => {
      finishInterrupted(tree.root);
      const decided = await plan(tree, options);
      const planned = { ...decided, files: await formatFiles(tree.root, decided.files) };
      const changes = planChanges(tree, planned);
      const diffs = isDryRun(process.argv) ? changes.map(diffOf) : [];
      process.stdout.write([...diffs, ...changes.map(lineOf)].join(''));
      return () => explained(() => carryOut(tree.root, planned, changes, options.skipInstall === true));
    });
}

/** Nx prints an error's message alone: the hint goes with it. */
async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw new Error(describeError(thrown), { cause: thrown });
  }
}

/** Nx keeps it to itself, and then doesn't write. */
function isDryRun(argv: readonly string[]): boolean {
  return argv.includes('--dry-run') || argv.includes('--dryRun') || argv.includes('-d');
}

/** As Nx says it of what is in its tree. */
function lineOf({ path, before }: Change): string {
  return before === undefined
    ? `${styleText('green', 'CREATE')} ${path}\n`
    : `${styleText('white', 'UPDATE')} ${path}\n`;
}

function diffOf({ path, before, after }: Change): string {
  return createTwoFilesPatch(before === undefined ? '/dev/null' : `a/${path}`, `b/${path}`, before ?? '', after);
}
