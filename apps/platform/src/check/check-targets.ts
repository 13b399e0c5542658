import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Problem } from './problem.ts';
import type { TargetFiles } from './read-targets.ts';

const COMPILE = fileURLToPath(import.meta.resolve('@ml-platform/orchestrators/compile'));

/** A section as it is used: with the environment whose file has it, or of `targets.yaml` alone where none has. */
interface Use {
  readonly target: string;
  readonly environment?: string;
}

/**
 * Compiles the pipeline for each target that its files have a section of, to nowhere. What an engine can't do is no
 * problem of the files.
 */
export async function checkTargets(pipeline: string, files: readonly TargetFiles[]): Promise<Problem[]> {
  const uses = usesOf(files);
  if (uses.length === 0) return [];
  const { FEATURES } = await import('@ml-platform/orchestrators');
  const out = await mkdtemp(join(tmpdir(), 'check-'));
  const problems: Problem[] = [];
  try {
    for (const use of uses) {
      const problem = await compile(pipeline, use, ['--out', out, '--without', FEATURES.join(',')]);
      if (problem) problems.push(problem);
    }
  } finally {
    await rm(out, { recursive: true, force: true });
  }
  return problems;
}

function usesOf(files: readonly TargetFiles[]): Use[] {
  const all = files.flatMap(({ environment, sections }) => {
    return Object.keys(sections).map((target): Use => ({ target, ...(environment !== undefined && { environment }) }));
  });
  const isCompleted = (target: string) => all.some((use) => use.target === target && use.environment !== undefined);
  return all.filter(({ target, environment }) => environment !== undefined || !isCompleted(target));
}

async function compile(pipeline: string, { target, environment }: Use, flags: readonly string[]) {
  const place = environment === undefined ? [] : ['--env', environment];
  const { failed, stderr } = await execa(
    process.execPath,
    [COMPILE, '--pipeline', pipeline, '--target', target, ...place, ...flags],
    { reject: false, stdin: 'ignore' },
  );
  return failed ? readProblem(stderr) : undefined;
}

function readProblem(stderr: string): Problem {
  const [, message = stderr.trim(), hint = 'mend it; the error is its own'] =
    /^error: (.*?)\nhint: {2}(.*)$/s.exec(stderr.trim()) ?? [];
  return { message, hint };
}
