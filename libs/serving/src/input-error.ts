import { PlatformError } from '@ml-platform/errors';
import type { ColumnSpec } from '@ml-platform/registry';

/** What a request gets when its data isn't what the model's signature says. */
export function inputError(message: string, inputs: readonly ColumnSpec[]): PlatformError {
  const columns = inputs.map(({ name, type }) => `${name} (${type})`).join(', ');
  return new PlatformError(message, { code: 'data', hint: `the model takes ${columns}` });
}

/** A value as it stands in a message: as JSON, and no longer than a line can bear. */
export function show(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
