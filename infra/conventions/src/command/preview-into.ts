import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { KeptReleases } from '@ml-platform/registry/release';
import type { Estimate } from '../cost/estimate.ts';
import { type Plan, planIn } from '../preview/plan.ts';
import { type PreviewFacts, previewText } from '../preview/preview-text.ts';
import { resourcesIn } from '../preview/state-resources.ts';
import { costText, estimateOf, estimateStack } from './cost.ts';
import { held } from './held.ts';
import type { StackOptions } from './options.ts';
import { readPulumi } from './pulumi.ts';
import { releasedBy } from './released.ts';

/** A flag that Pulumi has for its own automation API, and shows with this alone. */
const WITH_EVENT_LOG = { PULUMI_DEBUG_COMMANDS: 'true' };

/**
 * Previews a stack as on a terminal, and writes it as Markdown for a pull request: where it fails as well.
 *
 * @throws PlatformError what the preview throws, after the file is written.
 */
export async function previewInto(
  file: string,
  options: StackOptions,
  stack: string,
  flags: readonly string[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'preview-'));
  const found: Found = {};
  try {
    await previewed(found, { options, stack, flags, log: join(folder, 'events.jsonl') });
  } catch (thrown) {
    if (!(thrown instanceof PlatformError)) throw thrown;
    found.failure = thrown;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, previewText(stack, found));
  if (found.failure) throw found.failure;
}

type Found = { -readonly [Key in keyof PreviewFacts]: PreviewFacts[Key] };

interface Run {
  readonly options: StackOptions;
  readonly stack: string;
  readonly flags: readonly string[];
  /** Where Pulumi writes what it sees. */
  readonly log: string;
}

/** What is known so far stays in `found`, whatever fails after it. */
async function previewed(found: Found, { options, stack, flags, log }: Run): Promise<void> {
  const { project } = options;
  const { after, variables } = await releasedBy(options, stack);
  found.release = nameOf(after);
  found.cost = await estimateStack(project, stack, { ...after });
  process.stdout.write(costText(stack, found.cost));
  found.costNow = await costNow(project, stack);
  try {
    const run = { flags: [...flags, '--event-log', log], variables: { ...variables, ...WITH_EVENT_LOG } };
    await held('preview', options, stack, run);
  } finally {
    if (existsSync(log)) found.plan = readPlan(log);
  }
}

function nameOf({ release }: KeptReleases): string | undefined {
  return release?.release;
}

function readPlan(log: string): Plan {
  return planIn(
    readFileSync(log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  );
}

/** By what the stack has now; undefined for one that hasn't been made yet. */
async function costNow(project: string, stack: string): Promise<Estimate | undefined> {
  const state = await readPulumi(project, ['stack', 'export', '--stack', stack]);
  const resources = resourcesIn(state);
  return resources.length === 0 ? undefined : estimateOf(project, stack, resources);
}
