import { PlatformError } from '@ml-platform/errors';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { SettingsOf } from '@ml-platform/conventions';
import type { pipelinesConfig } from './config.ts';
import { findPlaceholders, type Placeholder } from './placeholders.ts';

type PipelineEntry = SettingsOf<typeof pipelinesConfig>['entries'][string];

/** What `nx run PIPELINE:compile` wrote for one of the two engines. */
export interface CompiledDocument {
  readonly content: object;
  readonly placeholders: ReadonlySet<Placeholder>;
  readonly schedule: { readonly cron: string; readonly timezone: string } | undefined;
}

/** Whether a document has a placeholder of AWS Batch or of ECS. */
export function namesPart({ placeholders }: CompiledDocument, part: 'batch' | 'ecs'): boolean {
  return [...placeholders].some((name) => name.startsWith(`${part}.`));
}

const WORKSPACE = path.resolve(import.meta.dirname, '../../../..');

const ENGINES = {
  sagemaker: z.looseObject({ Version: z.literal('2020-12-01'), Steps: z.array(z.unknown()) }),
  'step-functions': z.looseObject({ StartAt: z.string(), States: z.record(z.string(), z.unknown()) }),
} as const;

/** As far as it is used here: the stack has its own name, target and role. */
const scheduleSchema = z.object({ ScheduleExpression: z.string(), ScheduleExpressionTimezone: z.string() });

/**
 * Reads the document of an entry, and the schedule beside it.
 *
 * @throws PlatformError `config` that names file and key, for a document that isn't there, is of the other engine, or has
 * what a stack can't fill in.
 */
export function readCompiledDocument(name: string, entry: PipelineEntry): CompiledDocument {
  const key = `pipelines.entries.${name}`;
  const where = `${entry.definition} (${key}.definition)`;
  const file = path.resolve(WORKSPACE, entry.definition);
  const content = checkEngine(readJson(file, where, compileHint(name, entry)), entry, { where, key });
  if (entry.type === 'EXPRESS') checkExpress(content, where, key);
  return { content, placeholders: findPlaceholders(content, where), schedule: entry.schedule ?? scheduleBeside(file) };
}

function checkEngine(value: unknown, { engine }: PipelineEntry, at: { where: string; key: string }): object {
  const of = Object.entries(ENGINES).find(([, schema]) => schema.safeParse(value).success)?.[0];
  if (of === engine) return value as object;
  throw new PlatformError(`${at.where} is ${of === undefined ? 'no compiled pipeline' : `of ${of}`}`, {
    code: 'config',
    hint: `${at.key}.engine is '${engine}': compile it with --target ${engine}${of ? `, or set engine to '${of}'` : ''}`,
  });
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html */
function checkExpress(content: object, where: string, key: string): void {
  if (!JSON.stringify(content).includes('.sync"')) return;
  throw new PlatformError(`${where} waits for jobs, which an express state machine can't`, {
    code: 'config',
    hint: `set ${key}.type to STANDARD`,
  });
}

function scheduleBeside(file: string): CompiledDocument['schedule'] {
  const beside = path.join(path.dirname(file), 'schedule.json');
  if (!existsSync(beside)) return undefined;
  const hint = 'compile the pipeline again';
  const { data, success } = scheduleSchema.safeParse(readJson(beside, beside, hint));
  if (success) return { cron: data.ScheduleExpression, timezone: data.ScheduleExpressionTimezone };
  throw new PlatformError(`${beside} is no schedule as the compiler writes it`, { code: 'config', hint });
}

function readJson(file: string, where: string, hint: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = `${where} ${isMissing ? "isn't there" : "can't be read as JSON"}`;
    throw new PlatformError(message, { code: 'config', hint, cause });
  }
}

function compileHint(name: string, { engine, definition }: PipelineEntry): string {
  return `npx nx run ${name}:compile --target ${engine} --out ${path.dirname(definition)}`;
}
