export { nearest, suggest } from './nearest.ts';
export { EXIT_CODES, type ErrorCode, messageOf, PlatformError, type PlatformErrorOptions } from './platform-error.ts';
export { describeError, runMain } from './run-main.ts';
