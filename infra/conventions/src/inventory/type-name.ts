/** The service of a type: `s3` of `aws:s3/bucket:Bucket`, `storage` of `other:storage:Account`. */
export function serviceOf(type: string): string {
  return /^[^:]+:([^/:]+)/.exec(type)?.[1] ?? type;
}

/** A type as people call it: `s3.Bucket`. */
export function typeName(type: string): string {
  return `${serviceOf(type)}.${type.split(':').at(-1)}`;
}
