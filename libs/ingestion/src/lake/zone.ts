/** As it came; one row per key; what models are trained on; the models; what they said. */
export const ZONES = ['raw', 'curated', 'features', 'models', 'predictions'] as const;

export type Zone = (typeof ZONES)[number];
