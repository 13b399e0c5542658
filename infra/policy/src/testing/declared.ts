import type { ResourceFacts } from '../rule.ts';

interface Declared {
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** The resources that an input's value comes from. */
  readonly from?: Readonly<Record<string, ResourceFacts>>;
  readonly protect?: boolean;
}

/** A resource as a program would declare it: `declared('aws:s3/bucket:Bucket', { inputs: { … } })`. */
export function declared(type: string, { inputs = {}, from = {}, protect = false }: Declared = {}, name = 'acme-x') {
  const sources = Object.entries(from).map(([input, { urn }]) => [input, [urn]] as const);
  return {
    type,
    name,
    urn: `urn:pulumi:dev::acme::${type}::${name}`,
    inputs,
    propertyDependencies: Object.fromEntries(sources),
    options: { protect },
  } satisfies ResourceFacts;
}

/** A resource of one type with some inputs. */
export function of(type: string, inputs: Readonly<Record<string, unknown>> = {}): ResourceFacts {
  return declared(type, { inputs });
}
