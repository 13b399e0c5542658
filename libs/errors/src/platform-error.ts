/** Every way in which the platform refuses to go on; the exit code of a command follows from it. */
export const EXIT_CODES = {
  /** The command line, a name or a choice is wrong. */
  usage: 2,
  /** A file the team wrote (definition, parameters, config) is wrong. */
  config: 3,
  /** Data or a model can't be read, or isn't what it was declared to be. */
  data: 4,
  /** Something the machine lacks: a tool, a version, disk, a port, the network. */
  environment: 5,
  /** Another process holds what is needed. */
  busy: 6,
  /** What was asked for isn't there. */
  notFound: 7,
  /** A step ran and failed. */
  step: 8,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface PlatformErrorOptions {
  readonly code: ErrorCode;
  /** What to type or change next. */
  readonly hint: string;
  readonly cause?: unknown;
}

/**
 * The one error class: `message` says what, what it got and what it expected; `hint` says what to do.
 *
 * @example
 * ```ts
 * throw new PlatformError('port 8080 is in use', { code: 'environment', hint: 'pass --port 8081' });
 * ```
 */
export class PlatformError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(message: string, { code, hint, cause }: PlatformErrorOptions) {
    super(message, { cause });
    this.name = 'PlatformError';
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** The text of anything thrown, for a message that wraps it. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
