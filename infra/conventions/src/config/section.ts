import type { z } from 'zod';
import type { Environment } from '../environments.ts';

/** One part of a stack's config: what it may say, and what holds where it says nothing. */
export interface Section<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly schema: z.ZodObject<Shape, z.core.$strict>;
  readonly defaults: Readonly<Record<Environment, z.output<z.ZodObject<Shape>>>>;
}

/** Every setting of a section has a default in each environment: a stack file says only what differs. */
export function defineSection<Shape extends z.ZodRawShape>(section: Section<Shape>): Section<Shape> {
  return section;
}

export type SettingsOf<Of> = Of extends Section<infer Shape> ? z.output<z.ZodObject<Shape>> : never;

/** A setting that is wrong by itself or beside others. */
export interface Problem {
  /** Such as `network.cidr`. */
  readonly key: string;
  /** Left out where nothing is there. */
  readonly value?: unknown;
  /** What was expected instead, as a phrase. */
  readonly expected: string;
}
