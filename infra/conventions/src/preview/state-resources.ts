import type { DeclaredResource } from '../program/run-program.ts';

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly delete?: boolean;
  readonly parent?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
}

/** The resources of an exported state, in the form in which a program asks for them. */
export function resourcesIn(state: unknown): DeclaredResource[] {
  const { deployment } = (state ?? {}) as { deployment?: { resources?: readonly StateResource[] } };
  const resources = deployment?.resources ?? [];
  return resources.filter((one) => !one.delete && one.type !== 'pulumi:pulumi:Stack').map(declared);
}

function declared(resource: StateResource): DeclaredResource {
  const { urn, type, custom, parent, inputs = {}, provider = '', dependencies = [], protect = false } = resource;
  const properties = Object.entries(resource.propertyDependencies ?? {});
  return {
    ...{ type, urn, parent, inputs, provider, dependencies },
    name: urn.split('::').at(-1) ?? '',
    isCustom: custom,
    secretInputs: [],
    propertyDependencies: Object.fromEntries(properties.map(([name, urns]) => [name, urns ?? []])),
    options: {
      ...{ protect, retainOnDelete: resource.retainOnDelete ?? false, ignoreChanges: [] },
      ...{ deletedWith: resource.deletedWith, additionalSecretOutputs: [] },
    },
  };
}
