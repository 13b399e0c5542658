import { fileURLToPath } from 'node:url';
import type { CostBook } from '@ml-platform/conventions/cost';
import { COMPUTE } from './compute.ts';
import { DATA } from './data.ts';
import { FREE } from './free.ts';
import { MACHINE_LEARNING } from './machine-learning.ts';
import { MESSAGING } from './messaging.ts';
import { NETWORK } from './network.ts';
import { OPERATIONS } from './operations.ts';

/** How AWS bills what a stack has. */
export default {
  table: fileURLToPath(new URL('prices.yaml', import.meta.url)),
  pricers: { ...NETWORK, ...COMPUTE, ...MACHINE_LEARNING, ...DATA, ...MESSAGING, ...OPERATIONS },
  free: FREE,
  budgetOf: (resources) => {
    const budgets = resources.filter(({ type }) => type === 'aws:budgets/budget:Budget');
    const limits = budgets.map(({ inputs }) => Number(inputs.limitAmount));
    return limits.length > 0 ? Math.min(...limits) : undefined;
  },
  regionOf: (resources) => {
    const provider = resources.find(({ type }) => type === 'pulumi:providers:aws');
    return provider ? String(provider.inputs.region) : undefined;
  },
  commitments: {
    compute: 'Compute Savings Plan',
    database: 'Database Savings Plan',
    'machine learning': 'SageMaker Savings Plan',
  },
} satisfies CostBook;
