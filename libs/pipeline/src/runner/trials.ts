import { createHash } from 'node:crypto';
import type { Tune } from '../document/document.ts';

type Space = Tune['search'][string];
type Value = string | number | boolean;

/**
 * The parameters of one trial, from 0: each drawn at random from its space, by a hash of its name and the trial, so that
 * every run draws the same (random search: Bergstra and Bengio, JMLR 13, 2012).
 */
export function trialValues({ search }: Tune, trial: number): Record<string, Value> {
  return Object.fromEntries(Object.entries(search).map(([name, space]) => [name, draw(space, uniform(name, trial))]));
}

/** In [0, 1), of 48 bits. */
function uniform(name: string, trial: number): number {
  return createHash('sha256').update(`${name}\0${trial}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

function draw(space: Space, at: number): Value {
  if (Array.isArray(space)) return space[Math.floor(at * space.length)] ?? '';
  const { min, max, integer, scale } = space;
  // A whole number stands for all that rounds to it: both ends are as likely as what lies between.
  const [low, high] = integer && scale !== 'log' ? [min - 0.5, max + 0.5] : [min, max];
  const drawn = scale === 'log' ? low * (high / low) ** at : low + (high - low) * at;
  return integer ? Math.min(max, Math.max(min, Math.round(drawn))) : drawn;
}
