import type { SettingsOf } from '@ml-platform/conventions';
import * as sagemaker from '@pulumi/aws/sagemaker/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { policyDocument } from '../access/statements.ts';
import type { modelsConfig } from './config.ts';
import { groupPolicy } from './group-policy.ts';

export interface ModelsArgs extends SettingsOf<typeof modelsConfig> {
  readonly context: StackContext;
  readonly dataKeyArn: pulumi.Input<string>;
}

/** A group of versions per model. Versions themselves come from pipelines, not from a stack. */
export class Models extends pulumi.ComponentResource {
  /** Name of each group in AWS, by the model's name. */
  readonly groupNames: Readonly<Record<string, pulumi.Output<string>>>;
  readonly groupArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ModelsArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:ml:Models', name, {}, options);
    const groups = Object.entries(args.enabled ? args.groups : {}).map(([model, description]) => {
      return [model, this.#group(name, { model, description }, args)] as const;
    });
    this.groupNames = Object.fromEntries(groups.map(([model, group]) => [model, group.modelPackageGroupName]));
    this.groupArns = Object.fromEntries(groups.map(([model, group]) => [model, group.arn]));
    this.registerOutputs({ groupNames: this.groupNames, groupArns: this.groupArns });
  }

  #group(name: string, { model, description }: { model: string; description: string }, args: ModelsArgs) {
    const { context } = args;
    const { region, account, named } = context;
    const part = `${name}-${model}`;
    const group = new sagemaker.ModelPackageGroup(
      part,
      { modelPackageGroupName: named(model), modelPackageGroupDescription: description },
      // It can't be deleted while it has versions, which are what was learned.
      { parent: this, protect: context.isProtected },
    );
    const statements = groupPolicy({ region, account, group: named(model) }, args);
    if (statements.length > 0) {
      const resourcePolicy = policyDocument(statements);
      const policy = { modelPackageGroupName: group.modelPackageGroupName, resourcePolicy };
      new sagemaker.ModelPackageGroupPolicy(part, policy, { parent: this });
    }
    if (args.modelCards) this.#card(part, { model: named(model), description }, args);
    return group;
  }

  #card(name: string, { model, description }: { model: string; description: string }, args: ModelsArgs): void {
    const content = {
      model_overview: { model_name: model, model_description: description },
      intended_uses: { risk_rating: 'Unknown' },
    };
    new sagemaker.ModelCard(
      name,
      {
        modelCardName: model,
        modelCardStatus: 'Draft',
        content: JSON.stringify(content),
        securityConfig: { kmsKeyId: args.dataKeyArn },
      },
      // People fill it in and approve it.
      { parent: this, protect: args.context.isProtected, ignoreChanges: ['content', 'modelCardStatus'] },
    );
  }
}
