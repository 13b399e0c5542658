import type { PipelineDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';
import zones from './windows-time-zones.json' with { type: 'json' };

const CRON_SOURCE = 'Azure Machine Learning documentation, "Schedule machine learning pipeline jobs"';
const ZONES_SOURCE = 'Azure Machine Learning documentation, "CLI (v2) schedule YAML schema", timezones';

/** Azure's name of a time zone by the name that everyone else uses; from the Unicode CLDR, as far as Azure takes them. */
const WINDOWS_ZONES = new Map(
  Object.entries(zones).flatMap(([windows, names]) => names.split(' ').map((name) => [name, windows] as const)),
);

/**
 * The schedule that starts a pipeline's job.
 *
 * @throws PlatformError `config` for a day of the month or a month, which Azure would pass over without a word, and for
 * a time zone that it doesn't have.
 */
export function jobSchedule({ name, labels, schedule }: PipelineDocument, jobFile: string) {
  if (schedule === undefined) return undefined;
  const { cron, timezone } = schedule;
  checkCron(name, cron);
  const zone = WINDOWS_ZONES.get(timezone);
  if (zone === undefined) {
    const limit = 'Azure has no time zone for it';
    throw beyondLimit(name, { field: 'schedule.timezone', value: timezone, limit, source: ZONES_SOURCE });
  }
  return {
    $schema: 'https://azuremlschemas.azureedge.net/latest/schedule.schema.json',
    name,
    ...(labels && { tags: labels }),
    trigger: { type: 'cron', expression: cron, time_zone: zone },
    create_job: `./${jobFile}`,
  };
}

function checkCron(name: string, cron: string): void {
  const [, , day, month, weekday = ''] = cron.split(/\s+/);
  const refuse = (limit: string) =>
    beyondLimit(name, { field: 'schedule.cron', value: `'${cron}'`, limit, source: CRON_SOURCE });
  if (day !== '*' || month !== '*') {
    throw refuse('Azure passes over days of the month and months, and would start it on all of them');
  }
  if (/(^|[,-])7/.test(weekday)) throw refuse('Azure counts the days of the week from 0, Sunday, to 6');
}
