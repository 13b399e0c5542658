import { z } from 'zod';

/** NaN and Infinity are metrics, too. */
const anyNumber = z.custom<number>((value) => typeof value === 'number');

const state = z.enum(['new', 'modified', 'deleted', 'not in cache', 'update available']);
/** A parameter's file holds the states of its keys. */
const changes = z.record(z.string(), z.union([state, z.record(z.string(), state)]));

export const statusSchema = z.record(
  z.string(),
  z.array(
    z.union([
      z.enum(['changed command', 'changed checksum', 'always changed']),
      z.object({ 'changed deps': changes }),
      z.object({ 'changed outs': changes }),
    ]),
  ),
);

export const cloudStatusSchema = z.record(z.string(), z.enum(['new', 'deleted', 'missing']));

const paths = z.array(z.string()).default([]);

/** Directories end in `/`. */
const dataChanges = z
  .object({
    added: paths,
    modified: paths,
    deleted: paths,
    renamed: z.array(z.object({ old: z.string(), new: z.string() })).default([]),
    unknown: paths,
  })
  .prefault({});

export const dataStatusSchema = z.object({
  committed: dataChanges,
  uncommitted: dataChanges,
  unchanged: paths,
  untracked: paths,
  not_in_cache: paths,
  not_in_remote: paths,
});

const told = z.object({ type: z.string(), msg: z.string() });

const values = z.record(z.string(), z.object({ data: z.unknown().optional(), error: told.optional() }));

export const metricsSchema = z.record(
  z.string(),
  z.object({
    data: values.default({}),
    error: told.optional(),
  }),
);

export const valuesDiffSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({ old: z.unknown().optional(), new: z.unknown().optional(), diff: anyNumber.optional() }),
  ),
);

const changedPaths = z.array(z.object({ path: z.string(), hash: z.unknown().optional() })).default([]);
const renamed = z.object({ path: z.object({ old: z.string(), new: z.string() }), hash: z.unknown().optional() });

export const diffSchema = z.object({
  added: changedPaths,
  deleted: changedPaths,
  modified: changedPaths,
  renamed: z.array(renamed).default([]),
  'not in cache': changedPaths,
});

export const listSchema = z.array(
  z.object({
    path: z.string(),
    isout: z.boolean(),
    isdir: z.boolean(),
    isexec: z.boolean(),
    size: z.number().nullish(),
    md5: z.string().nullish(),
  }),
);

export const plotsDiffSchema = z.object({
  data: z
    .record(
      z.string(),
      z.array(
        z.object({
          type: z.enum(['vega', 'image']),
          revisions: z.array(z.string()).nullish(),
          content: z.unknown().optional(),
          url: z.string().optional(),
        }),
      ),
    )
    .default({}),
  errors: z
    .array(z.object({ name: z.string(), rev: z.string(), source: z.string().optional(), ...told.shape }).partial())
    .default([]),
});

const hashes = z.record(z.string(), z.object({ hash: z.string().nullable(), size: z.number().nullish() }));

const revision = z.object({
  rev: z.string(),
  timestamp: z.string().nullable(),
  params: values.nullable(),
  metrics: values.nullable(),
  deps: hashes.nullable(),
  outs: hashes.nullable(),
});

const shownState = z.object({
  rev: z.string(),
  name: z.string().nullish(),
  data: revision.nullable(),
  error: told.nullish(),
});

export const expShowSchema = z.array(
  shownState.extend({
    experiments: z.array(z.object({ revs: z.array(shownState), name: z.string().nullish() })).nullish(),
  }),
);
