import type { SettingsOf } from '@ml-platform/conventions';
import * as ecr from '@pulumi/aws/ecr/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { policyDocument } from '../../iam/statement.ts';
import type { imagesConfig } from './config.ts';
import { lifecyclePolicy, pullStatements } from './repository-policies.ts';

/** What there are images of: the model server, and the steps of pipelines by their language. */
export const REPOSITORIES = ['model-server', 'steps', 'steps-python'] as const;

export type RepositoryName = (typeof REPOSITORIES)[number];

export interface Repository {
  readonly url: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

export interface ImagesArgs extends SettingsOf<typeof imagesConfig> {
  readonly context: StackContext;
  readonly dataKeyArn: pulumi.Input<string>;
}

/** Where container images are: a tag, once given, stays on its image, and each image is scanned. */
export class Images extends pulumi.ComponentResource {
  readonly repositories: Readonly<Record<RepositoryName, Repository>>;

  constructor(name: string, args: ImagesArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:images:Images', name, {}, options);
    const made = REPOSITORIES.map((image) => [image, this.#makeRepository(name, image, args)] as const);
    this.repositories = Object.fromEntries(made) as Record<RepositoryName, Repository>;
    this.registerOutputs({ repositories: this.repositories });
  }

  #makeRepository(name: string, image: RepositoryName, args: ImagesArgs): Repository {
    const { context, dataKeyArn } = args;
    const part = `${name}-${image}`;
    const repository = new ecr.Repository(
      part,
      {
        // What builds and pulls images names them by this.
        name: `${context.named.prefix}/${image}`,
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: dataKeyArn }],
        forceDelete: context.isDisposable,
      },
      { parent: this, protect: context.isProtected },
    );
    const child = { parent: repository };
    const of = { repository: repository.name };
    new ecr.LifecyclePolicy(part, { ...of, policy: JSON.stringify(lifecyclePolicy(args)) }, child);
    const policy = JSON.stringify(policyDocument(pullStatements(context, args.pullers)));
    new ecr.RepositoryPolicy(part, { ...of, policy }, child);
    return { url: repository.repositoryUrl, arn: repository.arn };
  }
}
