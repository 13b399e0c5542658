import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';

/** From the folder above a project of stacks. */
const POLICY_PACK = 'policy';

/** Folder of the policy pack beside a project; every preview and every up is held to it. */
export function policyPack(project: string): string {
  return join(dirname(project), POLICY_PACK);
}

/**
 * Runs a command of Pulumi's on one stack, whose output goes where this process's does.
 *
 * @returns its exit code.
 * @throws PlatformError `environment` where there is no Pulumi, or the policy pack isn't built.
 */
export async function runPulumi(
  project: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const pack = policyPack(project);
  if (args.includes('--policy-pack') && !existsSync(join(pack, 'dist'))) {
    throw new PlatformError(`the policy pack isn't built: ${join(pack, 'dist')} is missing`, {
      code: 'environment',
      hint: 'npx nx run policy:build',
    });
  }
  const settings = { PULUMI_SKIP_UPDATE_CHECK: 'true', ...env };
  const result = await execa('pulumi', args, { cwd: project, env: settings, stdio: 'inherit', reject: false });
  if (result.code === 'ENOENT') throw noPulumi();
  return result.exitCode ?? 1;
}

/**
 * What a command of Pulumi's prints as JSON; undefined where it fails, as of a stack that hasn't been made yet.
 *
 * @throws PlatformError `environment` where there is no Pulumi.
 */
export async function readPulumi(project: string, args: readonly string[]): Promise<unknown> {
  const env = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
  const result = await execa('pulumi', args, { cwd: project, env, stdin: 'ignore', reject: false });
  if (result.code === 'ENOENT') throw noPulumi();
  return result.exitCode === 0 ? JSON.parse(result.stdout) : undefined;
}

function noPulumi(): PlatformError {
  return new PlatformError('pulumi is not on the PATH', {
    code: 'environment',
    hint: 'install it: https://www.pulumi.com/docs/install; then log in to the state bucket: docs/aws.md',
  });
}
