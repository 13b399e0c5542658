import { z } from 'zod';

/** Parts of what BigQuery's API answers with; 64-bit integers are text in it. */
const int64 = z.coerce.number();

const problem = z.object({ reason: z.string().default(''), message: z.string().default('') });

export const job = z.object({
  jobReference: z.object({ jobId: z.string() }).optional(),
  status: z.object({
    state: z.string(),
    errorResult: problem.optional(),
    errors: z.array(problem).default([]),
  }),
  statistics: z
    .object({
      startTime: int64.optional(),
      endTime: int64.optional(),
      totalBytesProcessed: int64.optional(),
      numChildJobs: int64.default(0),
      query: z
        .object({
          statementType: z.string().optional(),
          totalBytesProcessed: int64.optional(),
          totalBytesBilled: int64.optional(),
        })
        .optional(),
      load: z.object({ outputRows: int64.default(0), outputBytes: int64.default(0) }).optional(),
      scriptStatistics: z
        .object({
          evaluationKind: z.string().optional(),
          stackFrames: z.array(z.object({ startLine: z.number(), startColumn: z.number() })).default([]),
        })
        .optional(),
    })
    .default({ numChildJobs: 0 }),
});

export type Job = z.output<typeof job>;
export type JobProblem = z.output<typeof problem>;

export interface TableField {
  readonly name: string;
  /** `INTEGER`, `FLOAT`, `RECORD`, … */
  readonly type: string;
  readonly mode?: string | undefined;
  readonly fields?: readonly TableField[] | undefined;
}

const field: z.ZodType<TableField> = z.object({
  name: z.string(),
  type: z.string(),
  mode: z.string().optional(),
  get fields() {
    return z.array(field).optional();
  },
});

export const table = z.object({
  schema: z.object({ fields: z.array(field).default([]) }).default({ fields: [] }),
});

export const rows = z.object({
  rows: z.array(z.object({ f: z.array(z.object({ v: z.unknown() })) })).default([]),
});

const page = { nextPageToken: z.string().optional() };
export const jobPage = z.object({ jobs: z.array(job).default([]), ...page });
export const tablePage = z.object({
  tables: z.array(z.object({ tableReference: z.object({ tableId: z.string() }) })).default([]),
  ...page,
});
export const modelPage = z.object({
  models: z.array(z.object({ modelReference: z.object({ modelId: z.string() }) })).default([]),
  ...page,
});
