import type { ByteRange, SignedRequest, SignOptions, StoredObject } from './object-store.ts';

/** What one kind of store does of itself; the rest of `Store` is made of it. Paths are checked. */
export interface Backend {
  stat(path: string): Promise<StoredObject | undefined>;
  read(path: string, range: ByteRange): AsyncIterable<Uint8Array>;
  write(path: string, content: AsyncIterable<Uint8Array>, partSize: number): Promise<void>;
  /** False where the condition doesn't hold; undefined where there are no conditional writes. */
  writeIf?: (path: string, content: AsyncIterable<Uint8Array>, condition: Condition) => Promise<boolean>;
  copy(from: string, to: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** All files whose path starts with the prefix, in any order. */
  list(prefix: string): Promise<string[]>;
  /** What starts with the prefix and is directly in the folder that it names or ends in; folders with a `/` at their end. */
  children(prefix: string): Promise<string[]>;
  remove(paths: readonly string[]): Promise<void>;
  sign?: (path: string, options: SignOptions) => Promise<SignedRequest>;
}

export type Condition =
  | { readonly ifAbsent: true }
  | {
      /** A version. */
      readonly ifMatch: string;
    };
