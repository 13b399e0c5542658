import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { execa } from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';
import { WORKSPACE } from '../../workspace.ts';

const outputsSchema = z.object({
  deployers: z.record(z.string(), z.string()),
  reader: z.string(),
  backend: z.string(),
});
const fileSchema = z.object({ config: z.record(z.string(), z.unknown()) });

/**
 * The flags that say what the account's bootstrap made, as `pulumi stack output` has it.
 *
 * @throws PlatformError `environment` where Pulumi can't be asked, or has made nothing yet.
 */
export async function bootstrapFlags(folder = join(WORKSPACE, 'infra/aws/bootstrap')): Promise<string[]> {
  const args = ['stack', 'output', '--json', '--stack', 'bootstrap', '--cwd', folder];
  const { deployers, reader, backend } = await execa('pulumi', args).then(
    ({ stdout }) => outputsSchema.parse(JSON.parse(stdout)),
    (cause: unknown) => {
      throw new PlatformError(`the bootstrap's roles can't be read: ${messageOf(cause)}`, {
        code: 'environment',
        hint: 'docs/aws.md has how an account is set up; or name them: --role dev=ARN --reader-role ARN --backend URL',
        cause,
      });
    },
  );
  const roles = Object.entries(deployers).flatMap(([environment, arn]) => ['--role', `${environment}=${arn}`]);
  return [...roles, '--reader-role', reader, '--backend', backend, ...(await regionFlags(folder))];
}

/** Of the stack's file, whose keys carry the project's name: `acme:region`. */
async function regionFlags(folder: string): Promise<string[]> {
  const { config } = fileSchema.parse(parse(await readFile(join(folder, 'Pulumi.bootstrap.yaml'), 'utf8')));
  const region = Object.entries(config).find(([key]) => key.endsWith(':region'))?.[1];
  return typeof region === 'string' ? ['--region', region] : [];
}
