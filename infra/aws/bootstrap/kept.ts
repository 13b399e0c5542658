/** Nothing of an account's bootstrap goes with a stack that is destroyed. */
export const KEPT = { isDisposable: false, isProtected: true };
