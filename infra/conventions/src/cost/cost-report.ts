import { type CostLine, type Estimate, sum } from './estimate.ts';

/** An estimate as a person reads it: by component, then what isn't in the sum. */
export function costReport(title: string, estimate: Estimate): string {
  const { lines, currency, idlePerMonth } = estimate;
  const parts = [
    `${title}: ${currency} in a month in which nothing is asked of it`,
    table(rowsOf(lines)),
    `${money(idlePerMonth)} ${currency} in all${againstBudget(estimate)}`,
    ...scalesText(lines),
    ...notPricedText(estimate),
    ...commitmentText(estimate),
    basis(estimate),
  ];
  return `${parts.join('\n\n')}\n`;
}

type Row = readonly [component: string, what: string, count: string, idle: string];

function rowsOf(lines: readonly CostLine[]): Row[] {
  const components = Map.groupBy(
    lines.filter(({ idle = 0 }) => idle > 0),
    ({ component }) => component,
  );
  return [...components].flatMap(([component, own]) => {
    const kinds = [...Map.groupBy(own, ({ what }) => what)].map(([what, some]): Row => {
      return ['', what, String(some.length), money(sum(some))];
    });
    return [[component, '', '', money(sum(own))] as const, ...kinds];
  });
}

function table(rows: readonly Row[]): string {
  const all: readonly Row[] = [['component', 'what', 'count', 'idle'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column as 0]?.length ?? 0)));
  const [first = 0, second = 0, third = 0, fourth = 0] = widths;
  const printed = all.map(([component, what, count, idle]) => {
    return `  ${component.padEnd(first)}  ${what.padEnd(second)}  ${count.padStart(third)}  ${idle.padStart(fourth)}`;
  });
  return printed.join('\n');
}

function againstBudget({ budget, idlePerMonth, currency }: Estimate): string {
  if (budget === undefined) return ', and the stack has no budget';
  const percent = Math.round((idlePerMonth / budget) * 100);
  const over = idlePerMonth > budget ? ': MORE than the budget' : '';
  return `, ${percent} % of the budget of ${budget} ${currency}${over}`;
}

function scalesText(lines: readonly CostLine[]): string[] {
  const texts = new Set(lines.flatMap(({ component, scales = [] }) => scales.map((text) => `  ${component}: ${text}`)));
  return texts.size === 0 ? [] : [`On top, with use:\n${[...texts].join('\n')}`];
}

function notPricedText({ notPriced }: Estimate): string[] {
  if (notPriced.length === 0) return [];
  const kinds = [...Map.groupBy(notPriced, ({ type, why }) => `${type}: ${why}`)];
  const list = kinds.map(([kind, some]) => `  ${kind}${some.length > 1 ? ` (${some.length})` : ''}`);
  return [`Not priced, and not in the sum:\n${list.join('\n')}`];
}

function commitmentText({ commitments, currency }: Estimate): string[] {
  if (commitments.length === 0) return [];
  const list = commitments.map(({ name, perHour, perMonth }) => {
    return `  ${name}: ${perHour.toFixed(4)} ${currency} an hour, ${money(perMonth)} a month`;
  });
  return [`In use all the time, at prices without a commitment:\n${list.join('\n')}`];
}

function basis({ date, region, otherRegion, free }: Estimate): string {
  const count = Object.values(free).reduce((total, one) => total + one, 0);
  const stead = otherRegion === undefined ? '' : `, which stand in for ${otherRegion}`;
  return [
    `${count} more resources cost nothing.`,
    `An estimate from list prices of ${date} for ${region}${stead}: without taxes, free tiers, discounts and hours off.`,
    "Check it against the account's own prices before you rely on it.",
  ].join('\n');
}

function money(amount: number): string {
  return amount.toFixed(2);
}
