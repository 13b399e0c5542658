/** Secrets by what they are called. */
export type Secrets = Readonly<Record<string, string>>;

/** Which secrets a text has in it, and how: as they are, escaped, as part of an address, or in base64 wherever they begin. */
export function leaksIn(text: string, secrets: Secrets): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const found = Object.entries(formsOf(secret)).find(([, forms]) => forms.some((form) => text.includes(form)));
    return found ? [`${name}, ${found[0]}`] : [];
  });
}

function formsOf(secret: string): Record<string, readonly string[]> {
  const encoded = encodeURIComponent(secret);
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  return {
    plain: [secret],
    escaped: [JSON.stringify(secret).slice(1, -1)],
    'URL-encoded': [encoded, form].flatMap((one) => [one, one.replaceAll(/%../g, (code) => code.toLowerCase())]),
    base64: [0, 1, 2].flatMap((before) => [
      base64After(before, secret),
      base64After(before, secret).replaceAll('+', '-').replaceAll('/', '_'),
    ]),
  };
}

/** Of a secret that stands after so many other bytes: the digits that are made of it alone. */
function base64After(before: number, secret: string): string {
  const bytes = Buffer.from(' '.repeat(before) + secret);
  return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
