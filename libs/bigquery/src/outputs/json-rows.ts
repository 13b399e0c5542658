import type { TableField } from '../api/resources.ts';

/**
 * A row as BigQuery exports it, with whole numbers as numbers: in its JSON they are text, which keeps all of their digits
 * whoever reads them. Those that JavaScript can't hold exactly stay text.
 */
export function exportedRow(line: string, fields: readonly TableField[]): Record<string, unknown> {
  return record(JSON.parse(line) as Record<string, unknown>, fields);
}

function record(row: Readonly<Record<string, unknown>>, fields: readonly TableField[]): Record<string, unknown> {
  const types = new Map(fields.map((field) => [field.name, field]));
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, convert(value, types.get(name))]));
}

function convert(value: unknown, field: TableField | undefined): unknown {
  if (field === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => convert(item, field));
  if (field.fields) return record(value as Record<string, unknown>, field.fields);
  if (!['INTEGER', 'INT64'].includes(field.type) || typeof value !== 'string') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
