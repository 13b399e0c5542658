/** A path below a root as one below the bucket: `/runs` and `a` are `runs/a`. */
export function pathIn(root: string, path: string): string {
  return `${root}/${path}`.replace(/^\/+/, '');
}

/** The same in a URL: all but letters, digits, `-_.~` and `/` is encoded, as signatures want it. */
export function addressOf(root: string, path: string): string {
  const strict = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return pathIn(root, path)
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/[!'()*]/g, strict);
}
