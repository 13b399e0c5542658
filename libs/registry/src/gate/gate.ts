import { z } from 'zod';

const metricGateSchema = z
  .strictObject({
    better: z.enum(['higher', 'lower']),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
    /** How much worse than the champion's it may be. */
    mayLose: z.number().nonnegative().optional(),
  })
  .refine(({ atLeast, atMost, mayLose }) => [atLeast, atMost, mayLose].some((limit) => limit !== undefined), {
    error: 'expected a limit: atLeast, atMost or mayLose',
  })
  .refine(({ atLeast, atMost }) => atLeast === undefined || atMost === undefined || atLeast <= atMost, {
    error: 'no value is atLeast and atMost',
  });

/** `gate.yaml`: what a model has to be before it may serve. */
export const gateSchema = z.strictObject({
  /** The model's name in the registry. */
  model: z.string().min(1),
  metrics: z.record(z.string().min(1), metricGateSchema).refine((metrics) => Object.keys(metrics).length > 0, {
    error: 'expected a metric',
  }),
});

export type Gate = z.infer<typeof gateSchema>;
export type MetricGate = z.infer<typeof metricGateSchema>;
