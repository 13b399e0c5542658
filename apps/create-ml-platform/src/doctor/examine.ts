import { setTimeout } from 'node:timers/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Check } from './check.ts';
import { broken, type Finding, type GroupedFinding, GROUPS, skipped } from './finding.ts';
import type { Machine } from './machine/machine.ts';
import { redactor } from './machine/redact.ts';

/** Seconds. */
const PATIENCE = 20;

export interface Watching {
  /** Called with the titles of the checks that are still at it. */
  readonly progress?: (titles: readonly string[]) => void;
  /** Called with what a check threw that is no answer of its own. */
  readonly defect?: (thrown: unknown) => void;
}

/**
 * Looks at everything at once. Whatever a check throws, and one that takes too long, is a finding; the others go on. No
 * text in a finding holds a secret of the environment.
 */
export async function examine(
  checks: readonly Check[],
  machine: Machine,
  { progress = () => undefined, defect = () => undefined }: Watching = {},
): Promise<GroupedFinding[]> {
  const open = new Set(checks.map(({ title }) => title));
  const redact = redactor(machine.env);
  progress([...open]);
  const found = await Promise.all(
    checks.map(async (check): Promise<GroupedFinding[]> => {
      const findings = await look(check, machine, defect);
      open.delete(check.title);
      progress([...open]);
      return findings.map((finding) => ({ group: check.group, ...redacted(finding, redact) }));
    }),
  );
  return found.flat().toSorted((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));
}

async function look(check: Check, machine: Machine, defect: (thrown: unknown) => void): Promise<readonly Finding[]> {
  const { title, network = false, patience = PATIENCE } = check;
  if (network && machine.offline) return [skipped(title, '--offline')];
  const late = new AbortController();
  try {
    return await Promise.race([check.look(machine), refuseLate(patience, late.signal)]);
  } catch (thrown) {
    if (thrown instanceof PlatformError) return [broken(title, thrown.message, { mend: thrown.hint })];
    defect(thrown);
    const mend = 'npx create-ml-platform doctor --debug';
    return [broken(title, `it can't be looked at: ${messageOf(thrown)}`, { mend })];
  } finally {
    late.abort();
  }
}

async function refuseLate(seconds: number, signal: AbortSignal): Promise<never> {
  await setTimeout(seconds * 1000, undefined, { signal });
  throw new PlatformError(`no answer in ${seconds} s`, {
    code: 'environment',
    hint: 'npx create-ml-platform doctor --debug',
  });
}

function redacted(finding: Finding, redact: (text: string) => string): Finding {
  const texts = Object.entries(finding).map(([key, text]) => [key, key === 'status' ? text : redact(text)]);
  return Object.fromEntries(texts) as unknown as Finding;
}
