import { readFileSync } from 'node:fs';
import { createPackageFromTarballData, type Package } from '@arethetypeswrong/core';

/** A packed package, read from its tarball. */
export interface Tarball {
  readonly path: string;
  readonly bytes: Buffer;
  /** Paths in the package: `bin/…`, `package.json`. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
  readonly content: Package;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

export function openTarball(path: string): Tarball {
  const bytes = readFileSync(path);
  const content = createPackageFromTarballData(new Uint8Array(bytes));
  const root = `/node_modules/${content.packageName}/`;
  const files = content.listFiles().map((file) => file.slice(root.length));
  return { path, bytes, files: files.sort(), manifest: JSON.parse(content.readFile(`${root}package.json`)), content };
}
