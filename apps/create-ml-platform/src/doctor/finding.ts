/** From what needs nothing to what needs something done; `skipped` is what could not be looked at. */
export type Status = 'ok' | 'note' | 'warning' | 'broken' | 'skipped';

/** What a check found out about one thing. */
export interface Finding {
  readonly status: Status;
  /** The thing: `Git`. */
  readonly what: string;
  /** As it is: `2.20.1`, `not on the PATH`. */
  readonly found: string;
  readonly wanted?: string;
  /** The one command that mends it. */
  readonly mend?: string;
}

/** In the order in which they are printed. */
export const GROUPS = ['Project', 'Tools', 'Packages', 'Configuration', 'Credentials', 'Remotes', 'Template'] as const;
export type Group = (typeof GROUPS)[number];

export interface GroupedFinding extends Finding {
  readonly group: Group;
}

interface Wrong {
  readonly wanted?: string | undefined;
  readonly mend: string;
}

export function ok(what: string, found: string): Finding {
  return { status: 'ok', what, found };
}

/** Worth knowing, and no reason to do anything now. */
export function note(what: string, found: string, mend?: string): Finding {
  return { status: 'note', what, found, ...(mend !== undefined && { mend }) };
}

export function warning(what: string, found: string, wrong: Wrong): Finding {
  return { status: 'warning', what, found, ...present(wrong) };
}

export function broken(what: string, found: string, wrong: Wrong): Finding {
  return { status: 'broken', what, found, ...present(wrong) };
}

export function skipped(what: string, why: string): Finding {
  return { status: 'skipped', what, found: why };
}

function present({ wanted, mend }: Wrong): Pick<Finding, 'wanted' | 'mend'> {
  return { ...(wanted !== undefined && { wanted }), mend };
}
