/**
 * A text without what a URL holds to sign in with: `postgres://me:secret@db/shop` is `postgres://***@db/shop`, and the
 * values of query parameters that name a secret are gone.
 */
export function masked(text: string): string {
  return text
    .replace(/([a-z][a-z\d+.-]*:\/\/)[^/\s@]*@/gi, '$1***@')
    .replace(/([?&][^=&\s]*(?:key|token|secret|password|signature|sig|auth)[^=&\s]*=)[^&\s'"]*/gi, '$1***');
}
