import { defineFeatureSet } from '@ml-platform/features';

/** Rolling delay rates per airport: what with_pandas.py and with_polars.py compute as well. */
export const airportRates = defineFeatureSet({
  name: 'airport_rates',
  description: 'How late flights from an airport arrived lately',
  entity: { name: 'airport', key: { origin: 'VARCHAR' } },
  columns: { date: 'TIMESTAMP', delay: 'BIGINT', distance: 'BIGINT', origin: 'VARCHAR' },
  timestamp: 'date',
  knownAfter: { minutes: '60 + distance / 6' },
  every: '1 hour',
  features: {
    late_3h: { mean: 'delay > 15', over: '3 hours', type: 'DOUBLE', description: 'share of late flights' },
    late_24h: { mean: 'delay > 15', over: '24 hours', type: 'DOUBLE', description: 'share of late flights' },
    late_7d: { mean: 'delay > 15', over: '7 days', type: 'DOUBLE', description: 'share of late flights' },
  },
});
