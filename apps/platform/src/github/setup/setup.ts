import { PlatformError } from '@ml-platform/errors';
import { commandOf, openGitHub, type Request } from '../gh.ts';
import { findRepository } from '../repository.ts';
import { bootstrapFlags } from './bootstrap.ts';
import { type CurrentState, currentState, type Reviewer } from './current.ts';
import { readFlags, readSetup } from './options.ts';
import { setupRequests } from './requests.ts';

/** `platform github setup`: run again, it changes what differs. */
export async function setup(args: readonly string[]): Promise<void> {
  const values = readFlags(args);
  // What is named wins over what the bootstrap made.
  const options = readSetup(values['from-bootstrap'] ? readFlags([...(await bootstrapFlags()), ...args]) : values);
  const repository = await findRepository(values.repo);
  const github = openGitHub();
  const current = currentState(github, repository);
  const reviewers = await findReviewers(options.reviewers, current);
  const requests = await setupRequests(repository, options, current, reviewers);
  if (!values['dry-run']) for (const request of requests) await github.send(request);
  const notes = await notesOf(current, reviewers);
  const result = { repository, dryRun: values['dry-run'] ?? false, requests, notes };
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : describe(result));
}

interface Result {
  readonly repository: string;
  readonly dryRun: boolean;
  readonly requests: readonly Request[];
  readonly notes: readonly string[];
}

function describe({ repository, dryRun, requests, notes }: Result): string {
  const done = requests.map(({ method, path }) => `${method === 'POST' ? 'made' : 'set '}  ${path}`);
  const lines = dryRun ? requests.map(commandOf) : done;
  const none = `${repository} is set up`;
  return `${[...(lines.length > 0 ? lines : [none]), ...notes.map((note) => `# ${note}`)].join('\n')}\n`;
}

async function findReviewers(names: readonly string[], current: CurrentState): Promise<Reviewer[]> {
  const found: Reviewer[] = [];
  for (const name of names) {
    const reviewer = await current.reviewer(name);
    if (reviewer === undefined) {
      const hint = 'a person by the name on GitHub, a team as ORGANIZATION/TEAM';
      throw new PlatformError(`GitHub knows no '${name}'`, { code: 'notFound', hint });
    }
    found.push(reviewer);
  }
  return found;
}

/** What is not this command's to change, and yet matters. */
async function notesOf(current: CurrentState, reviewers: readonly Reviewer[]): Promise<string[]> {
  const approved = reviewers.length > 0 || ((await current.environment('prod'))?.reviewers ?? []).length > 0;
  return [
    ...(approved ? [] : ['nobody has to approve a deployment to prod: --reviewers NAME']),
    ...((await current.hasDefaultSubject())
      ? []
      : [
          'the subject of OIDC tokens is not the default one, which the roles of a cloud expect: Settings, Actions, OIDC',
        ]),
  ];
}
