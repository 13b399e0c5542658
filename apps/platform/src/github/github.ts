import { type CommandGroup, runGroup } from '../command-line.ts';

export const GITHUB_HELP = `GitHub's own side of this repository, through GitHub's command gh.

  npx platform github setup     environments, approvals, variables, the rule of the main branch, labels
  npx platform github comment   a report as one comment of a pull request, kept up to date
  npx platform github plan      what a change touches, for a workflow's matrix

setup: makes what is missing and changes what differs; what it doesn't know it leaves as it is.
  --reviewers A,B      who approves prod: people, and teams as ORGANIZATION/TEAM
  --role ENV=ARN       the role that jobs of an environment take on: variable AWS_ROLE; once per environment
  --reader-role ARN    the one that pull requests take on: variable AWS_READER_ROLE
  --region REGION      variable AWS_REGION, of the repository and every environment; ENV=REGION for one
  --backend URL        where Pulumi keeps its stacks: variable PULUMI_BACKEND_URL
  --from-bootstrap     roles, region and backend as infra/aws/bootstrap made them (pulumi stack output)
  --registry PLACE     where models are: variable MODEL_REGISTRY
  --model NAME         the model that is deployed and watched: variable MODEL
  --predictions PLACE  where its predictions are logged: variable PREDICTIONS
  --check NAME         a check that a change of the main branch needs; "all is well" unless given
  --dry-run            prints the commands, and changes nothing

comment:
  --file FILE          the report, in Markdown
  --marker NAME        which comment it is: the one of the same name is replaced
  --pr N               the pull request; in a workflow, that of its event

plan:
  --base REF           what it is compared with
  --head REF           what is compared; HEAD unless given

  --repo OWNER/NAME    the repository; in a workflow its own, else that of the remote origin
  --json               prints the result as one line of JSON
  --debug              prints stacks with errors
  --help               prints this

Exit codes: 0 done, 2 wrong usage, 5 gh is missing, not logged in, or GitHub refuses.
`;

const GROUP: CommandGroup<[]> = {
  name: 'github',
  help: GITHUB_HELP,
  commands: {
    setup: async (args) => (await import('./setup/setup.ts')).setup(args),
    comment: async (args) => (await import('./comment/comment.ts')).comment(args),
    plan: async (args) => (await import('./plan/plan.ts')).plan(args),
  },
};

/** @throws PlatformError `usage` for an unknown command or flag, `environment` where GitHub can't be asked. */
export function github(args: readonly string[]): Promise<void> {
  return runGroup(GROUP, args);
}
