import { defineFeatureSet, type FeatureJoin } from '@ml-platform/features';
import { flightColumns } from './flight-columns.ts';

/** What both sets have in common. */
const delays = {
  owner: 'flight-delays',
  columns: flightColumns,
  timestamp: 'date',
  // `date` is when the plane really left, and a delay is one of arrival. Planes fly faster than 360 miles an hour, and take
  // less than an hour on the ground: nothing is used before it was known.
  knownAfter: { minutes: '60 + distance / 6' },
  every: '1 hour',
  ttl: '7 days',
} as const;

export const airportDepartures = defineFeatureSet({
  ...delays,
  name: 'airport_departures',
  description: 'How late flights from an airport arrived lately',
  entity: { name: 'airport', key: { origin: 'VARCHAR' } },
  features: {
    departures_late_3h: {
      mean: 'delay > 15',
      over: '3 hours',
      type: 'DOUBLE',
      description: 'Share of the flights from here, of those that arrived in the last 3 hours, that were late',
    },
    departures_late_24h: {
      mean: 'delay > 15',
      over: '24 hours',
      type: 'DOUBLE',
      description: 'The same over 24 hours',
    },
    departures_late_7d: { mean: 'delay > 15', over: '7 days', type: 'DOUBLE', description: 'The same over a week' },
  },
});

export const airportArrivals = defineFeatureSet({
  ...delays,
  name: 'airport_arrivals',
  description: 'How late flights to an airport arrived lately: their planes are those that leave next',
  entity: { name: 'airport', key: { destination: 'VARCHAR' } },
  features: {
    arrivals_late_3h: {
      mean: 'delay > 15',
      over: '3 hours',
      type: 'DOUBLE',
      description: 'Share of the flights to here, of those that arrived in the last 3 hours, that were late',
    },
    arrivals_late_24h: { mean: 'delay > 15', over: '24 hours', type: 'DOUBLE', description: 'The same over 24 hours' },
  },
});

/** What is known of a flight's airports at a time, by the folders of the two tables. */
export function airportJoins(tables: { readonly departures: string; readonly arrivals: string }): FeatureJoin[] {
  return [
    { set: airportDepartures, table: tables.departures, prefix: 'origin_' },
    { set: airportArrivals, table: tables.arrivals, keys: { destination: 'origin' }, prefix: 'origin_' },
    { set: airportArrivals, table: tables.arrivals, prefix: 'destination_' },
  ];
}
