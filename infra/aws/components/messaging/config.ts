import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

const DAY = 86_400;

const queue = z.strictObject({
  visibilitySeconds: z
    .int()
    .min(1)
    .max(43_200)
    .describe('How long a message is kept from others while one works on it; six times the time a function may take'),
  maxReceives: z.int().min(1).max(1000).describe('After so many tries a message goes to the dead letters'),
  delaySeconds: z.int().min(0).max(900).describe('How long a message waits before anyone gets it'),
  retentionSeconds: z
    .int()
    .min(60)
    .max(14 * DAY)
    .describe('How long a message is kept that nobody takes'),
});

const usual = { visibilitySeconds: 360, maxReceives: 5, delaySeconds: 0, retentionSeconds: 4 * DAY };

const quiet = {
  queues: { predictions: usual, feedback: usual },
  alertEmails: [],
  alertUrls: [],
  eventUrls: [],
};

export const messagingConfig = defineSection({
  schema: z.strictObject({
    queues: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'lower-case letters, digits and dashes, at most 20'), queue)
      .describe('Queues by their name; each has another one for what fails again and again'),
    alertEmails: z.array(z.email()).describe('Who gets the alerts: each has to confirm by a link in the first mail'),
    alertUrls: z.array(z.url({ protocol: /^https$/ })).describe('What gets the alerts over HTTPS'),
    eventUrls: z
      .array(z.url({ protocol: /^https$/ }))
      .describe('What gets the events over HTTPS: new models, refused data'),
  }),
  defaults: { dev: quiet, preview: quiet, staging: quiet, prod: quiet },
});

/** What doesn't go together in the messages' settings. */
export function messagingProblems({ queues }: SettingsOf<typeof messagingConfig>): Problem[] {
  const lost = Object.entries(queues).filter(
    ([, { retentionSeconds, visibilitySeconds, maxReceives, delaySeconds }]) => {
      return retentionSeconds <= delaySeconds + visibilitySeconds * maxReceives;
    },
  );
  return lost.map(([name, { retentionSeconds }]) => ({
    key: `messaging.queues.${name}.retentionSeconds`,
    value: retentionSeconds,
    expected: 'more than delaySeconds + visibilitySeconds × maxReceives, or messages are gone before their last try',
  }));
}
