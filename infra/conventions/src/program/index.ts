export {
  type DeclaredResource,
  type Program,
  type ProgramRun,
  type RunResult,
  runProgram,
  type StandIn,
} from './run-program.ts';
export { type CloudProject, runStack, type StackRun } from './run-stack.ts';
export { readStackFile, type StackFile, stackNamesIn } from './stack-file.ts';
export { UNKNOWN } from './unknown.ts';
