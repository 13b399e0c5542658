import type { SettingsOf } from '@ml-platform/conventions';
import * as kms from '@pulumi/aws/kms/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { keysConfig } from './config.ts';
import { keyPolicy, type Purpose, PURPOSES } from './key-policy.ts';

export interface KeysArgs extends SettingsOf<typeof keysConfig> {
  readonly context: StackContext;
}

/** Without it EventBridge can't use a key for what its connections know: https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-connections.html */
const FOR_CONNECTIONS = { EventBridgeApiDestinations: 'true' };

/** The stack's own encryption keys, rotated each year: one per purpose, or one for all where that is enough. */
export class Keys extends pulumi.ComponentResource {
  /** ARN of the key, per purpose. */
  readonly arns: Readonly<Record<Purpose, pulumi.Output<string>>>;

  constructor(name: string, args: KeysArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:security:Keys', name, {}, options);
    const { context, perPurpose, deletionDays } = args;
    const make = (purposes: readonly Purpose[], keyName: string) => {
      const key = new kms.Key(
        keyName,
        {
          description: `${context.named.prefix}: ${purposes.join(', ')}`,
          enableKeyRotation: true,
          deletionWindowInDays: deletionDays,
          policy: JSON.stringify(keyPolicy(purposes, context)),
          ...(purposes.includes('secrets') && { tags: FOR_CONNECTIONS }),
        },
        { parent: this, protect: context.isProtected },
      );
      new kms.Alias(keyName, { name: `alias/${keyName}`, targetKeyId: key.id }, { parent: this });
      return key.arn;
    };
    if (perPurpose) {
      const made = PURPOSES.map((purpose) => [purpose, make([purpose], `${name}-${purpose}`)] as const);
      this.arns = Object.fromEntries(made) as Record<Purpose, pulumi.Output<string>>;
    } else {
      const arn = make(PURPOSES, name);
      this.arns = Object.fromEntries(PURPOSES.map((purpose) => [purpose, arn])) as Record<Purpose, typeof arn>;
    }
    this.registerOutputs({ arns: this.arns });
  }
}
