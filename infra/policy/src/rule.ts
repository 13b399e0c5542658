import type { Environment } from '@ml-platform/conventions';
import type { DeclaredResource } from '@ml-platform/conventions/program';

/** What a rule sees of a resource, be it from a test's run of the program or from Pulumi's engine. */
export type ResourceFacts = Pick<DeclaredResource, 'type' | 'name' | 'urn' | 'inputs' | 'propertyDependencies'> & {
  readonly options: Pick<DeclaredResource['options'], 'protect'>;
};

export interface StackFacts {
  readonly resources: readonly ResourceFacts[];
  readonly environment: Environment;
  readonly project: string;
  readonly stack: string;
}

/** What is wrong, and with which resource; with none where the stack lacks one. */
export interface Finding {
  readonly message: string;
  readonly resource?: ResourceFacts;
}

export interface Rule {
  /** In kebab-case. */
  readonly name: string;
  /** The reason, and what to do. */
  readonly description: string;
  /** A mandatory rule stops a preview and an update; an advisory one is only printed. */
  readonly level: 'mandatory' | 'advisory';
  /** A rule for each `resource` by itself stops an update before that resource is made, one of a `stack` after all are. */
  readonly scope: 'resource' | 'stack';
  readonly check: (stack: StackFacts) => readonly Finding[];
  /** The types of resources that it is about; all where it doesn't say. */
  readonly types?: readonly string[];
}

/** What is wrong with one resource: nothing, one thing or several. */
type CheckOne = (resource: ResourceFacts, stack: StackFacts) => string | readonly string[] | undefined;

/** A check of every resource of some types. */
export function each(types: string | readonly string[], checkOne: CheckOne): Required<Pick<Rule, 'types' | 'check'>> {
  const check: Rule['check'] = (stack) => {
    return ofType(stack, types).flatMap((resource) => {
      return [checkOne(resource, stack) ?? []].flat().map((message) => ({ message, resource }));
    });
  };
  return { types: [types].flat(), check };
}

export function ofType({ resources }: StackFacts, types: string | readonly string[]): ResourceFacts[] {
  return resources.filter(({ type }) => (typeof types === 'string' ? type === types : types.includes(type)));
}

/** Resources of a type that name `of` in one of their inputs, such as the encryption of a bucket. */
export function companions(stack: StackFacts, of: ResourceFacts, type: string, input: string): ResourceFacts[] {
  return ofType(stack, type).filter((resource) => refersTo(resource, input, of));
}

/** Whether an input is, or is made from, an output of another resource; or is the physical name given to it. */
export function refersTo(resource: ResourceFacts, input: string, to: ResourceFacts): boolean {
  if (resource.propertyDependencies[input]?.includes(to.urn)) return true;
  const given = to.inputs[input] ?? to.inputs.name;
  return typeof given === 'string' && resource.inputs[input] === given;
}
