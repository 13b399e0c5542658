import { createHash } from 'node:crypto';
import * as secretsmanager from '@pulumi/aws/secretsmanager/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';

/** The address of a webhook, which lets whoever knows it write; the state has it encrypted, the cloud's copy isn't read back. */
export function makeWebhookSecret(
  name: string,
  args: {
    readonly context: StackContext;
    readonly keyArn: pulumi.Input<string>;
    /** Left out where it is put into the secret by hand. */
    readonly url: pulumi.Input<string> | undefined;
  },
  parent: pulumi.Resource,
): secretsmanager.Secret {
  const { context, keyArn, url } = args;
  const secret = new secretsmanager.Secret(
    name,
    { kmsKeyId: keyArn, recoveryWindowInDays: context.isDisposable ? 0 : 7 },
    { parent },
  );
  if (url !== undefined) {
    const secretStringWo = pulumi.secret(url);
    // Only another number tells the provider that the address is another.
    const secretStringWoVersion = secretStringWo.apply(numberOf);
    const version = { secretId: secret.id, secretStringWo, secretStringWoVersion };
    new secretsmanager.SecretVersion(name, version, { parent: secret });
  }
  return secret;
}

function numberOf(text: string): number {
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 7), 16);
}
