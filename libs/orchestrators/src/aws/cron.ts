interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, the first for `from`. */
  readonly names?: readonly string[];
}

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const FIELDS = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  // Sunday is 0 and 7 alike.
  { name: 'day of week', from: 0, to: 7, names: DAYS },
] as const satisfies readonly Field[];

/** The same times in AWS's six fields, or what is wrong. */
export type AwsCron = { readonly cron: string } | { readonly problem: string };

/**
 * The same times in AWS's six fields, `cron(30 4 ? * MON *)`: one of the days is `?`, weekdays are named since AWS counts
 * them from 1, and steps are written out since AWS's don't begin where those of five fields do.
 */
export function awsCron(text: string): AwsCron {
  const texts = text.trim().split(/\s+/);
  const values = FIELDS.map((field, index) => parse(texts[index] ?? '', field));
  const wrong = values.indexOf(undefined);
  if (texts.length !== FIELDS.length) return { problem: `it has ${texts.length} fields of five` };
  if (wrong >= 0) return { problem: `its ${FIELDS[wrong]?.name} is ${texts[wrong]}` };
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = values.map((parsed) => parsed ?? []);
  const week = [...new Set(weekdays.map((day) => day % 7))].sort(byNumber);
  const isAnyDay = days.length === 31;
  const isAnyWeekday = week.length === 7;
  if (!isAnyDay && !isAnyWeekday) return { problem: 'it names days of the month and days of the week' };
  const dayOfMonth = isAnyWeekday ? render(days, 31) : '?';
  const dayOfWeek = isAnyWeekday ? '?' : render(week, 7, (day) => DAYS[day] ?? '');
  return {
    cron: `cron(${render(minutes, 60)} ${render(hours, 24)} ${dayOfMonth} ${render(months, 12)} ${dayOfWeek} *)`,
  };
}

/** The values of a field, in order; `undefined` where it isn't one. */
function parse(text: string, field: Field): number[] | undefined {
  const parts = text.split(',').map((part) => parsePart(part, field));
  if (parts.some((part) => part === undefined || part.length === 0)) return undefined;
  return [...new Set(parts.flatMap((part) => part ?? []))].sort(byNumber);
}

function parsePart(text: string, { from, to, names = [] }: Field): number[] | undefined {
  const [, range, first, last, step] = /^(\*|(\w+)(?:-(\w+))?)(?:\/([1-9]\d*))?$/.exec(text) ?? [];
  // A step after one value alone means different things to different crons.
  if (range === undefined || (step !== undefined && range !== '*' && last === undefined)) return undefined;
  const numberOf = (word: string) => {
    const named = names.indexOf(word.toUpperCase());
    return named >= 0 ? named + from : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const [low, high] = range === '*' ? [from, to] : [numberOf(first ?? ''), numberOf(last ?? first ?? '')];
  if (!(low >= from && high <= to && low <= high)) return undefined;
  const count = Math.floor((high - low) / Number(step ?? 1)) + 1;
  return Array.from({ length: count }, (_, index) => low + index * Number(step ?? 1));
}

/** `*` for all that there are, else runs and single values. */
function render(values: readonly number[], all: number, nameOf: (value: number) => string = String): string {
  if (values.length === all) return '*';
  const runs: [number, number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([low, high]) => (low === high ? nameOf(low) : `${nameOf(low)}-${nameOf(high)}`)).join(',');
}

function byNumber(a: number, b: number): number {
  return a - b;
}
