import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

export const trackingConfig = defineSection({
  schema: z.strictObject({
    kind: z
      .enum(['none', 'app', 'server'])
      .describe(
        'Where runs are tracked: nowhere, in an MLflow app that is billed by use, or on a server that is by the hour',
      ),
    serverSize: z.enum(['Small', 'Medium', 'Large']).describe('Of a server: 25, 50 or 100 people'),
    registersModels: z.boolean().describe('Whether what MLflow registers becomes a version in the model registry too'),
    maintenance: z
      .string()
      .regex(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/, 'a day and a time in UTC such as Sun:03:30')
      .describe('When it may be out for maintenance'),
  }),
  defaults: {
    dev: { kind: 'none', serverSize: 'Small', registersModels: false, maintenance: 'Sun:03:30' },
    preview: { kind: 'none', serverSize: 'Small', registersModels: false, maintenance: 'Sun:03:30' },
    staging: { kind: 'app', serverSize: 'Small', registersModels: false, maintenance: 'Sun:03:30' },
    prod: { kind: 'app', serverSize: 'Small', registersModels: true, maintenance: 'Sun:03:30' },
  },
});
