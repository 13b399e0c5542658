import { stackNames } from '@ml-platform/conventions';
import { type DeclaredResource, runProgram } from '@ml-platform/conventions/program';
import * as aws from '@pulumi/aws/provider.js';
import type { ComponentResourceOptions } from '@pulumi/pulumi';
import type { StackContext } from '../config/stack-context.ts';
import { awsStandIn } from './stand-in.ts';

export interface ComponentRun {
  readonly resources: readonly DeclaredResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The one resource of a type, and of a name where there are several; an error where it isn't just one. */
  readonly one: (type: string, name?: string) => DeclaredResource;
  readonly all: (type: string) => readonly DeclaredResource[];
}

export const TEST_CONTEXT: StackContext = {
  named: stackNames('acme', 'dev'),
  environment: 'dev',
  account: '111111111111',
  region: 'eu-central-1',
  isProtected: false,
  isDisposable: true,
};

/** Makes components without a cloud, and returns what they ask for. */
export async function runComponent(make: (options: ComponentResourceOptions) => unknown): Promise<ComponentRun> {
  const program = async () => {
    const provider = new aws.Provider('aws', { region: 'eu-central-1' });
    const outputs = make({ providers: [provider] });
    return (outputs ?? {}) as Record<string, unknown>;
  };
  const run = { project: 'acme', stack: 'dev', config: {}, standIn: awsStandIn };
  const { resources, outputs } = await runProgram(program, run);
  const all = (type: string) => resources.filter((resource) => resource.type === type);
  const one = (type: string, name?: string) => {
    const found = all(type).filter((resource) => name === undefined || resource.name === name);
    const [first] = found;
    if (first && found.length === 1) return first;
    const there = resources.map((resource) => `${resource.type} ${resource.name}`).join('\n');
    throw new Error(`${found.length} resources of type ${type} ${name ?? ''}; there are\n${there}`);
  };
  return { resources, outputs, one, all };
}
