import type { ServedModel } from '@ml-platform/serving';

/** What the server answers with, and under which name. */
export interface ServedVersion {
  readonly name: string;
  readonly version: string;
  readonly model: ServedModel;
}
