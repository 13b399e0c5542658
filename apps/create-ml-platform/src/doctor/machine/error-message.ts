/** The message of the error that a command of ours printed, in one line; else its last line. */
export function errorMessage(stderr: string): string | undefined {
  const [, message] =
    /^error: (.*?)(?:\nhint: {2}|$)/s.exec(stderr.slice(Math.max(0, stderr.indexOf('error: ')))) ?? [];
  const text = message ?? stderr.trim().split('\n').at(-1);
  return text?.replace(/\s+/g, ' ').trim() || undefined;
}

/** Why Git, or the ssh that it had started, gave up: the first line, which says more than the last. */
export function gitReason(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^warning: /i.test(line));
  return (lines[0] ?? '').replace(/^(?:fatal|error|remote): /, '');
}
