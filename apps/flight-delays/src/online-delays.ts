import type { OnlineStore } from '@ml-platform/features';
import { airportArrivals, airportDepartures } from './airport-delays.ts';

/** Two airports, by their codes. */
export interface Route {
  readonly origin: string;
  readonly destination: string;
}

/** What is known of a flight's airports now, under the names of the model's inputs; null is what the model takes for missing. */
export async function airportDelays(
  store: OnlineStore,
  { origin, destination }: Route,
): Promise<Record<string, number | null>> {
  const [departures] = await store.read(airportDepartures, [{ origin }]);
  const arrivals = await store.read(airportArrivals, [{ destination: origin }, { destination }]);
  const named = (prefix: string, values: object = {}) =>
    Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value] as const);
  return Object.fromEntries([
    ...named('origin', departures),
    ...named('origin', arrivals[0]),
    ...named('destination', arrivals[1]),
  ]);
}
