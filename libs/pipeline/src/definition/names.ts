/** Letters, digits and dashes, a letter first; 63 is the shortest limit among the engines (a Kubernetes label). */
export const stepNamePattern = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,62}$/;

/** Targets of the workspace, and short forms that Nx expands (`nx run p:b` means `build`). */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'build',
  'bundle',
  'check',
  'compile',
  'dev',
  'e2e',
  'format',
  'lint',
  'logs',
  'run',
  'serve',
  'start',
  'status',
  'submit',
  'test',
  'test-slow',
  'typecheck',
]);
