/** The parts of a moment as databases write it: `2024-05-01 10:00:00.5+00`, `2024-05-01T10:00:00Z`, `2024-05-01`. */
const MOMENT = /^\d{4}-\d\d-\d\d(?:([ T])\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** An earlier moment, written in the same way; nothing for what is none. */
export function earlier(text: string, milliseconds: number): string | undefined {
  const moment = momentOf(text);
  return moment === undefined ? undefined : writtenAs(new Date(moment - milliseconds), text);
}

/** A moment as another one is written, which need not be one. Its time is UTC. */
export function writtenAs(moment: Date, pattern: string): string {
  const [, separator = ' ', zone = ''] = MOMENT.exec(pattern) ?? [];
  const [day, time = ''] = moment.toISOString().split('T');
  return `${day}${separator}${time.replace('Z', '')}${zone}`;
}

/** Milliseconds since 1970; of microseconds, those before. */
function momentOf(text: string): number | undefined {
  const [, separator, zone] = MOMENT.exec(text) ?? [];
  if (!MOMENT.test(text)) return undefined;
  // Without a zone it is UTC, as sessions are; with another one than UTC, texts don't sort as moments do.
  const bare = zone === undefined ? text : text.slice(0, -zone.length);
  const moment = Date.parse(separator === undefined ? bare : `${bare.replace(' ', 'T')}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}
