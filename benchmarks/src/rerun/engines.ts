import { readFileSync } from 'node:fs';
import type { Candidate } from '../measure.ts';
import { CHANGED, type StepProject } from './graph.ts';
import { changeCode } from './change-code.ts';

/** One tool with its project of ten steps: what a person would type to bring them up to date. */
export interface Engine {
  readonly name: string;
  readonly project: StepProject;
  readonly run: () => void;
  /** Milliseconds between saving a file and running, so that what works in the background can do so. */
  readonly settle: number;
}

/** Runs again with nothing changed. */
export function unchanged({ name, run }: Engine): Candidate {
  return { name, run };
}

/** Runs after the code of one step changed, as it never was before, and checks that the last step's result has it. */
export function afterChange({ name, project, run, settle }: Engine): Candidate {
  let number = 1;
  const check = () => {
    if (number === 1 || readNumbers(project).includes(number)) return;
    throw new Error(`${name} left the old result in ${project.result} after step '${CHANGED}' changed`);
  };
  return {
    name,
    prepare: () => {
      check();
      number += 1 + Math.floor(Math.random() * 1_000_000);
      changeCode(project.changedFile, number);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settle);
    },
    run,
  };
}

/** The list that the last step wrote. */
export function readNumbers({ result }: StepProject): number[] {
  return JSON.parse(readFileSync(result, 'utf8'));
}
