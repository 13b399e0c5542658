import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { MadeRole } from '../../iam/service-role.ts';
import { makeRole } from '../access/role.ts';
import { allow, trustOf, useKey } from '../access/statements.ts';

export interface SchedulerRoleParts {
  readonly context: StackContext;
  readonly permissionsBoundary?: string | undefined;
  readonly keyArn: pulumi.Input<string>;
  /** Pipelines of SageMaker, and aliases of state machines. */
  readonly pipelineArns: readonly pulumi.Input<string>[];
  readonly machineArns: readonly pulumi.Input<string>[];
}

/** May start what is scheduled, and nothing else. */
export function makeSchedulerRole(
  name: string,
  parts: SchedulerRoleParts,
  options: pulumi.CustomResourceOptions,
): MadeRole {
  const { context, permissionsBoundary, keyArn, pipelineArns, machineArns } = parts;
  const facts = pulumi.all([pulumi.all([...pipelineArns]), pulumi.all([...machineArns]), keyArn]);
  const statements = facts.apply(([pipelines, machines, key]) => [
    ...(pipelines.length > 0 ? [allow('StartPipelines', ['sagemaker:StartPipelineExecution'], pipelines)] : []),
    ...(machines.length > 0 ? [allow('StartMachines', ['states:StartExecution'], machines)] : []),
    useKey(key, context.region, ['scheduler', 'states']),
  ]);
  const trust = trustOf(['scheduler'], context.account);
  return makeRole(name, { description: 'Schedules of runs', trust, statements, permissionsBoundary }, options);
}
