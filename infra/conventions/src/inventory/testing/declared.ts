import type { DeclaredResource } from '../../program/index.ts';

type Given = Partial<Omit<DeclaredResource, 'options'>> & { readonly protect?: boolean };

/** A resource as a program would declare it, by its type and name. */
export function declared(type: string, name: string, given: Given = {}): DeclaredResource {
  const { protect = false, ...rest } = given;
  return {
    type,
    name,
    urn: urnOf(type, name),
    parent: undefined,
    isCustom: true,
    inputs: {},
    secretInputs: [],
    propertyDependencies: {},
    dependencies: [],
    provider: '',
    options: { protect, retainOnDelete: false, ignoreChanges: [], deletedWith: undefined, additionalSecretOutputs: [] },
    ...rest,
  };
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::acme::${type}::${name}`;
}

/** A component, and resources in it. */
export function component(kind: string, name: string, ...children: readonly DeclaredResource[]): DeclaredResource[] {
  const type = `mlp:test:${kind}`;
  const parent = urnOf(type, name);
  return [declared(type, name, { isCustom: false }), ...children.map((child) => ({ ...child, parent }))];
}
