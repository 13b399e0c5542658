import * as pulumi from '@pulumi/pulumi';
import { PlatformError } from '@ml-platform/errors';
import { afterRelease, keptIn, parseRelease } from '@ml-platform/registry/release';

/**
 * Names the release that an update brings: its document as JSON, or `none`. Without it an update keeps what the stack has,
 * however it is started.
 */
export const RELEASE_VARIABLE = 'STACK_RELEASE';
export const NO_RELEASE = 'none';

/** A function of the engine's own, by which a StackReference reads; called by itself it makes no resource. */
export const READ_OUTPUTS = 'pulumi:pulumi:readStackOutputs';

/**
 * The release of the stack that Pulumi is at work on, and those before: what the stack said after its last update, unless
 * this one brings another. To be returned from the program as outputs, which is where they are kept.
 *
 * @throws PlatformError `config` for what is no release.
 */
export async function stackReleases(): Promise<ReturnType<typeof keptIn>> {
  const kept = keptIn(await ownOutputs());
  const asked = process.env[RELEASE_VARIABLE];
  if (!asked) return kept;
  return afterRelease(kept, asked === NO_RELEASE ? undefined : parseRelease(fromJson(asked), RELEASE_VARIABLE));
}

async function ownOutputs(): Promise<Record<string, unknown>> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join('/');
  const read: Promise<{ outputs?: Record<string, unknown> }> = pulumi.runtime.invoke(READ_OUTPUTS, { name });
  return (await read).outputs ?? {};
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlatformError(`${RELEASE_VARIABLE} is no JSON: it holds the release itself, not the name of its file`, {
      code: 'config',
      hint: `${RELEASE_VARIABLE}="$(cat release.json)" pulumi up, or npx nx run infra-aws:up --release release.json`,
      cause,
    });
  }
}
