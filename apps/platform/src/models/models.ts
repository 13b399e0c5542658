import { type CommandGroup, runGroup } from '../command-line.ts';
import { WORKSPACE } from '../workspace.ts';

export const MODELS_HELP = `Registered models: which there are, which serves, and which may.

  npx platform models list [NAME]               versions, their aliases and when they were made
  npx platform models show NAME[@ALIAS|:VERSION]
                                                a version's metrics, lineage and place; the champion's, unless said
  npx platform models compare NAME              the candidate beside the champion, and what the gate says
  npx platform models promote NAME VERSION      makes a version (or the one of an alias: candidate) the champion
  npx platform models rollback NAME             brings the champion before back
  npx platform models history NAME              what each alias pointed at, when, and why
  npx platform models push NAME                 puts the local candidate into the shared registry
  npx platform models export NAME[@ALIAS|:VERSION] --out FOLDER
                                                copies a version's files; the champion's, unless said

  --registry PLACE   the registry: a folder, s3://bucket/prefix, az://container/prefix; else the variable
                     MODEL_REGISTRY, else the folder models of the workspace
  --candidate WHAT   compare: an alias or a version; candidate, unless given
  --champion WHAT    compare: an alias or a version; champion, unless given
  --markdown FILE    compare: writes the comparison as a pull request shows it; shown on the terminal as well
  --reason TEXT      promote, rollback: why; kept in the history
  --force            promote: against the gate; needs --reason
  --from FOLDER      push: the local registry; models, unless given
  --out FOLDER       export: where to
  --json             prints the result as one line of JSON
  --debug            prints stacks with errors
  --help             prints this

The gate of a model is apps/PIPELINE/gate.yaml: docs/models.md.
Exit codes: 0 all is well, 2 wrong usage, 3 a gate.yaml is wrong, 5 the registry does not answer, 7 no such model or
version, 8 the gate says no.
`;

const GROUP: CommandGroup<[workspace: string]> = {
  name: 'models',
  help: MODELS_HELP,
  commands: {
    list: async (...given) => (await import('./list.ts')).list(...given),
    show: async (...given) => (await import('./show.ts')).show(...given),
    compare: async (...given) => (await import('./compare.ts')).compare(...given),
    promote: async (...given) => (await import('./promote.ts')).promote(...given),
    rollback: async (...given) => (await import('./rollback.ts')).rollback(...given),
    history: async (...given) => (await import('./history.ts')).history(...given),
    push: async (...given) => (await import('./push.ts')).push(...given),
    export: async (...given) => (await import('./export.ts')).exportVersion(...given),
  },
};

/**
 * `platform models COMMAND …`.
 *
 * @throws PlatformError `usage` for an unknown command or flag, `step` where the gate says no, and what the registry refuses.
 */
export function models(args: readonly string[], workspace = WORKSPACE): Promise<void> {
  return runGroup(GROUP, args, workspace);
}
