import { WORKSPACE } from '../workspace.ts';
import { readOptions, STACK_OPTIONS } from './options.ts';
import { findProject, openStack, type Stack } from './stack.ts';

interface StackStatus {
  readonly env: string;
  readonly isMade: boolean;
  readonly release: string | null;
  readonly model: { readonly name: string; readonly version: string } | null;
  readonly image: string | null;
  /** When it was brought, in UTC; null where the history doesn't reach back so far. */
  readonly since: string | null;
  /** The newest first: where a rollback goes. */
  readonly previous: readonly string[];
  readonly url: string | null;
}

/** `platform deploy status`: which release is where. */
export async function status(args: readonly string[]): Promise<void> {
  const values = readOptions(args, STACK_OPTIONS);
  const project = findProject(WORKSPACE, values.project);
  const envs = values.env === undefined ? project.stacks : [values.env];
  const stacks = envs.map((env) => openStack({ workspace: WORKSPACE, project, env, quiet: true }));
  const found = await Promise.all(stacks.map(statusOf));
  process.stdout.write(values.json ? `${JSON.stringify({ stacks: found })}\n` : found.map(describe).join(''));
}

async function statusOf(stack: Stack): Promise<StackStatus> {
  const outputs = await stack.read();
  const { release, previousReleases = [], url } = outputs ?? {};
  return {
    env: stack.name,
    isMade: outputs !== undefined,
    release: release?.release ?? null,
    model: release ? { name: release.model.name, version: release.model.version } : null,
    image: release ? `${release.image.name}@${release.image.digest}` : null,
    since: release ? await broughtAt(stack, release.release) : null,
    previous: previousReleases.map((one) => one.release),
    url: url ?? null,
  };
}

/** `up --release` says in Pulumi's history what it brought. */
async function broughtAt(stack: Stack, release: string): Promise<string | null> {
  const updates = await stack.history();
  return (
    updates.find(({ message, result }) => message === `release ${release}` && result === 'succeeded')?.endTime ?? null
  );
}

function describe({ env, isMade, release, since, previous, url }: StackStatus): string {
  if (!isMade) return `${env}: not made\n`;
  const lines = [
    `${env}: ${release ?? 'no release'}${since === null ? '' : `, since ${since}`}`,
    ...(url === null ? [] : [`  ${url}`]),
    ...(previous.length === 0 ? [] : [`  before: ${previous.join(', ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}
