import type { Environment, StackNames } from '@ml-platform/conventions';

/** What every component of a stack goes by. */
export interface StackContext {
  readonly named: StackNames;
  readonly environment: Environment;
  /** The twelve digits of the account. */
  readonly account: string;
  readonly region: string;
  /** ARN of the policy that bounds what any role of the stack may be allowed; the bootstrap prints it. */
  readonly permissionsBoundary?: string;
  /** In prod: what holds state is protected from deletion. */
  readonly isProtected: boolean;
  /** In dev and previews: a stack that is destroyed takes its data along. */
  readonly isDisposable: boolean;
}
