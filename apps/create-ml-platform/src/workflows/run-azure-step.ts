import { execa } from 'execa';
import { mappingsIn } from './azure-pipelines.ts';

export interface AzureStep {
  /** As people see it on the page of a run. */
  readonly displayName: string;
  readonly workspace: string;
  /** Of the run, by their names in the environment: `BUILD_SOURCEBRANCH`. */
  readonly variables: Readonly<Record<string, string>>;
  /** What stands for `${{ parameters.model }}`, by what is between the braces; nothing unless given. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Runs the command of one step as an agent does: variables are in its environment, and stand for `$(Build.SourceBranch)`. */
export async function runAzureStep(
  document: unknown,
  { displayName, workspace, variables, parameters = {} }: AzureStep,
) {
  const step = mappingsIn(document).find((mapping) => mapping.displayName === displayName && commandOf(mapping));
  if (!step) throw new Error(`no step '${displayName}'`);
  const fill = (text: string) =>
    text
      .replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) => parameters[name] ?? '')
      .replaceAll(/\$\(([A-Z]\w*(?:\.\w+)+)\)/g, (whole, name: string) => {
        return variables[name.replaceAll('.', '_').toUpperCase()] ?? whole;
      });
  const own = Object.entries((step.env ?? {}) as Record<string, string>).map(([key, text]) => [key, fill(text)]);
  const env = { ...variables, ...Object.fromEntries(own) };
  const ran = await execa('bash', ['--noprofile', '--norc', '-c', fill(commandOf(step) ?? '')], {
    cwd: workspace,
    env,
    all: true,
    reject: false,
  });
  return { exitCode: ran.exitCode, log: ran.all };
}

/** What a step runs, or gives to steps/in-cloud.yml, which ends at the first command that fails. */
function commandOf({ bash, script }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof bash === 'string') return bash;
  return typeof script === 'string' ? `set -e\n${script}` : undefined;
}
