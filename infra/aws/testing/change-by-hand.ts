import type { Engine, StoredResource } from '@ml-platform/conventions/engine';

/** Switches off the rotation of a key in the stand-in cloud, past Pulumi: its id there, and what it was. */
export function changeByHand(engine: Engine): { readonly id: string; readonly before: StoredResource } {
  const store = engine.readStore('aws');
  const [id = '', before] = Object.entries(store).find(([name]) => name.includes('kms/key:Key')) ?? [];
  if (!before) throw new Error('the stack has no key');
  const changed = { ...before, outputs: { ...before.outputs, enableKeyRotation: false } };
  engine.writeStore('aws', { ...store, [id]: changed });
  return { id, before };
}
