import { defineSection, type Environment, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

const cron = z
  .string()
  .regex(/^cron\((\S+ ){5}\S+\)$/, 'six fields as in cron(0 19 ? * MON-FRI *): minute hour day month weekday year');

const shared = {
  currency: 'USD',
  scope: 'account' as const,
  alertPercents: [50, 80, 100],
  emails: [],
  stopWhenSpent: false,
  anomalyDetection: false,
  anomalyAmount: 20,
  activateTags: false,
  rightsizing: false,
  offHours: false,
  offHoursStop: 'cron(0 19 ? * MON-FRI *)',
  offHoursStart: 'cron(0 7 ? * MON-FRI *)',
  timeZone: 'Europe/Berlin',
};

export const costControlConfig = defineSection({
  schema: z.strictObject({
    monthlyLimit: z.number('an amount').min(1, 'at least 1: each stack has a budget').describe('The budget of a month'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'three letters such as USD')
      .describe("The account's currency, in which the budget is"),
    scope: z
      .enum(['account', 'tags'])
      .describe(
        'What the budget counts: all of the account, or what has the tags of this stack, once the payer has activated them',
      ),
    alertPercents: z
      .array(z.int().min(1).max(200))
      .min(1)
      .max(4)
      .describe(
        'Parts of the budget at which there is an alert; one more comes when the month is forecast to exceed it',
      ),
    emails: z.array(z.email('an address of mail')).max(9).describe('Who gets the alerts, beside the topic for alerts'),
    stopWhenSpent: z.boolean().describe('Jobs and pipelines are denied when the budget is spent, until the next up'),
    anomalyDetection: z
      .boolean()
      .describe('Alerts on unusual cost of a service; only where the account has no such monitor yet: it may have one'),
    anomalyAmount: z.number('an amount').min(1).describe('Unusual cost below this amount is no alert'),
    activateTags: z.boolean().describe("Makes the stack's tags ones that a bill is split by; in a payer account only"),
    rightsizing: z.boolean().describe('Compute Optimizer looks at what is used of what the account has: free'),
    offHours: z.boolean().describe('Stops servers and the database at night and at weekends; never in prod'),
    offHoursStop: cron.describe('When it stops them'),
    offHoursStart: cron.describe('When it starts them again'),
    timeZone: z.string().refine(isTimeZone, 'a time zone such as Europe/Berlin').describe('The time zone of both'),
  }),
  defaults: {
    dev: { ...shared, monthlyLimit: 50, stopWhenSpent: true, offHours: true },
    preview: { ...shared, monthlyLimit: 10, scope: 'tags' },
    staging: { ...shared, monthlyLimit: 600 },
    prod: { ...shared, monthlyLimit: 2000 },
  },
});

type CostControlSettings = SettingsOf<typeof costControlConfig>;

/** What doesn't go together in the settings, and what prod must not have. */
export function costControlProblems(settings: CostControlSettings, environment: Environment): Problem[] {
  const { alertPercents, offHours, offHoursStop, offHoursStart, stopWhenSpent } = settings;
  const unless = (holds: boolean, key: keyof CostControlSettings, expected: string): Problem[] => {
    return holds ? [] : [{ key: `costControl.${key}`, value: settings[key], expected }];
  };
  const isProd = environment === 'prod';
  const isRising = alertPercents.every((percent, index) => percent > (alertPercents[index - 1] ?? 0));
  return [
    ...unless(isRising, 'alertPercents', 'each larger than the one before'),
    ...unless(!isProd || !offHours, 'offHours', 'false in prod: it would stop what people depend on'),
    ...unless(!isProd || !stopWhenSpent, 'stopWhenSpent', 'false in prod: it would stop what people depend on'),
    ...unless(
      !offHours || offHoursStop !== offHoursStart,
      'offHoursStart',
      'another time than costControl.offHoursStop',
    ),
  ];
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
