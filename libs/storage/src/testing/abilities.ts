import type { Abilities } from './store-contract.ts';

/** What each kind of store can do, where there are the keys for it; the README's table says the same. */
export const ABILITIES = {
  'file:': { conditions: true, signedUrls: false },
  's3:': { conditions: true, signedUrls: true },
  'gs:': { conditions: false, signedUrls: true },
  'az:': { conditions: true, signedUrls: true },
} as const satisfies Record<string, Abilities>;
