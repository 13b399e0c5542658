/** What SQS and SNS don't take in a text: https://www.w3.org/TR/REC-xml/#charsets. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are refused
const REFUSED = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** A body as these services carry it: as it is where it is a text that they take, otherwise as base64. */
export function asText(body: Buffer): { readonly text: string; readonly encoding?: 'base64' } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    if (!REFUSED.test(text) && text !== '') return { text };
  } catch {
    // No text at all.
  }
  return { text: body.toString('base64') || '=', encoding: 'base64' };
}

export function fromText(text: string, encoding: 'base64' | undefined): Buffer {
  return Buffer.from(text, encoding ?? 'utf8');
}
