/** What data is, by the first part of its key in the lake. */
export const ZONES = ['raw', 'curated', 'features', 'models', 'predictions', 'pipelines'] as const;

export type Zone = (typeof ZONES)[number];

/** Beside the zones: what nobody keeps for long. */
export const SCRATCH = ['queries', 'quarantine', 'stream-errors'] as const;
