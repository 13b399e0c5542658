import { PlatformError } from '@ml-platform/errors';
import { withStatus } from './error-response.ts';

/** What requests and answers of `/invocations` are written in. */
export const FORMATS = ['application/json', 'application/jsonlines', 'text/csv'] as const;
export type Format = (typeof FORMATS)[number];

export interface ContentType {
  readonly format: Format;
  /** Whether CSV has a header, where the request says so: `text/csv; header=present`, as RFC 4180 writes it. */
  readonly header: boolean | undefined;
}

/** @throws PlatformError with status 415 for what isn't one of the formats. */
export function readContentType(value: string | undefined): ContentType {
  const [type, ...parameters] = partsOf(value ?? '', ';');
  const format = FORMATS.find((known) => known === type);
  if (format === undefined) throw unknownContentType(value);
  return { format, header: headerOf(parameters) };
}

export function unknownContentType(value: string | undefined): PlatformError {
  return withStatus(415, wrongFormat(`the request is ${value ?? 'of no content type'}`, 'content-type'));
}

/**
 * What the answer is to be written in: the first format that `accept` names; as the request is, where any will do.
 *
 * @throws PlatformError with status 406 where it names none that is known.
 */
export function readAccept(value: string | undefined, request: ContentType): ContentType {
  if (value === undefined || value.trim() === '') return request;
  for (const range of partsOf(value, ',')) {
    const [type = '', ...parameters] = partsOf(range, ';');
    const format = formatIn(type, request.format);
    if (format) return { format, header: headerOf(parameters) ?? request.header };
  }
  throw withStatus(406, wrongFormat(`the answer would have to be ${value}`, 'accept'));
}

function formatIn(range: string, preferred: Format): Format | undefined {
  const accepted = FORMATS.filter(
    (format) => range === format || range === '*/*' || range === `${format.split('/')[0]}/*`,
  );
  return accepted.includes(preferred) ? preferred : accepted[0];
}

function headerOf(parameters: readonly string[]): boolean | undefined {
  if (parameters.includes('header=present')) return true;
  return parameters.includes('header=absent') ? false : undefined;
}

function partsOf(text: string, separator: string): string[] {
  return text.split(separator).map((part) => part.trim().toLowerCase());
}

function wrongFormat(what: string, header: string): PlatformError {
  return new PlatformError(`${what}, expected ${FORMATS.join(', ')}`, {
    code: 'usage',
    hint: `send the header ${header}: application/json`,
  });
}
