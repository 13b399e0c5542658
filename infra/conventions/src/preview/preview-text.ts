import type { PlatformError } from '@ml-platform/errors';
import { type Estimate, sum } from '../cost/estimate.ts';
import { typeName } from '../inventory/type-name.ts';
import { OPERATIONS, type Plan, type PlannedChange, type Violation } from './plan.ts';

/** As far as a preview got. */
export interface PreviewFacts {
  readonly plan?: Plan;
  readonly release?: string | undefined;
  readonly cost?: Estimate;
  /** Of what the stack has now. */
  readonly costNow?: Estimate | undefined;
  readonly failure?: PlatformError;
}

/** More rows than that nobody reads; the log has them all. */
const ROWS = 100;

/** A preview as Markdown, for a comment. */
export function previewText(stack: string, { plan, release, cost, costNow, failure }: PreviewFacts): string {
  const parts = [
    `### Stack \`${stack}\`: ${headline(plan, failure)}`,
    ...(failure && plan === undefined ? [quoted(failure.message)] : []),
    ...(plan ? violationsText(plan.violations) : []),
    ...(plan ? failingText(plan.failing) : []),
    ...(plan ? changesText(plan.changes) : []),
    ...(cost ? costTexts(cost, costNow) : []),
    ...(release === undefined ? [] : [`Release: \`${release}\``]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function headline(plan: Plan | undefined, failure: PlatformError | undefined): string {
  const counts = OPERATIONS.flatMap((operation) => {
    const count = plan?.changes.filter((change) => change.operation === operation).length ?? 0;
    return count > 0 ? [`${count} to ${operation}`] : [];
  });
  const broken = plan?.violations.filter(({ isMandatory }) => isMandatory).length ?? 0;
  const said = [
    ...(failure ? ['❌ the preview failed'] : []),
    ...(broken > 0 ? [`${broken} ${broken === 1 ? 'policy' : 'policies'} broken`] : []),
    ...(plan ? [counts.join(', ') || 'no changes'] : []),
  ];
  return said.join('; ');
}

function violationsText(violations: readonly Violation[]): string[] {
  if (violations.length === 0) return [];
  const lines = violations.map(({ policy, isMandatory, message, resource }) => {
    const kind = isMandatory ? '**broken**' : 'advice';
    return `- ${kind} \`${policy}\`${resource === undefined ? '' : `, ${code(resource)}`}: ${flat(message)}`;
  });
  return [`Policies\n\n${lines.join('\n')}`];
}

function failingText(failing: readonly string[]): string[] {
  if (failing.length === 0) return [];
  return [`Something is wrong with ${failing.map(code).join(', ')}: what it is stands in the job's log.`];
}

function changesText(changes: readonly PlannedChange[]): string[] {
  if (changes.length === 0) return [];
  const sorted = OPERATIONS.flatMap((operation) => changes.filter((change) => change.operation === operation));
  const rows = sorted.slice(0, ROWS).map(({ operation, type, name, properties }) => {
    const word = operation === 'delete' || operation === 'replace' ? `**${operation}**` : operation;
    return `| ${word} | ${cell(typeName(type))} | ${code(name)} | ${properties.map(code).join(', ')} |`;
  });
  const table = ['| | type | resource | what differs |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const more = sorted.length > ROWS ? `\n\nand ${sorted.length - ROWS} more` : '';
  return [`<details><summary>${sorted.length} resources</summary>\n\n${table}${more}\n\n</details>`];
}

function costTexts(cost: Estimate, costNow: Estimate | undefined): string[] {
  const { idlePerMonth, currency, budget } = cost;
  const now =
    costNow === undefined ? [] : [`now ${money(costNow.idlePerMonth)}, ${signed(idlePerMonth - costNow.idlePerMonth)}`];
  const over = budget !== undefined && idlePerMonth > budget ? [`**more than the budget of ${budget}**`] : [];
  const line = [`Idle, it costs ${money(idlePerMonth)} ${currency} in a month by list prices`, ...now, ...over].join(
    '; ',
  );
  const moved = costNow === undefined ? [] : movedRows(cost, costNow);
  if (moved.length === 0) return [line];
  return [line, ['| component | now | then | |', '| --- | ---: | ---: | ---: |', ...moved].join('\n')];
}

/** The components whose cost is another then. */
function movedRows(cost: Estimate, costNow: Estimate): string[] {
  const [then, now] = [byComponent(cost), byComponent(costNow)];
  return [...new Set([...now.keys(), ...then.keys()])].flatMap((component) => {
    const [before, after] = [now.get(component) ?? 0, then.get(component) ?? 0];
    if (money(before) === money(after)) return [];
    return [`| ${cell(component)} | ${money(before)} | ${money(after)} | ${signed(after - before)} |`];
  });
}

function byComponent({ lines }: Estimate): Map<string, number> {
  const grouped = Map.groupBy(lines, ({ component }) => component);
  return new Map([...grouped].map(([component, own]) => [component, sum(own)]));
}

function money(amount: number): string {
  return amount.toFixed(2);
}

function signed(amount: number): string {
  const text = money(amount);
  if (Number(text) === 0) return 'no difference';
  return amount > 0 ? `+${text}` : text.replace('-', '−');
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** What would end a cell, or a code span. */
function cell(text: string): string {
  return flat(text).replaceAll('|', '\\|').replaceAll('`', "'");
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
