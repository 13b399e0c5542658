/** A key, token or password in a text; what it is, without the secret itself. */
export interface FoundSecret {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
  readonly rule: string;
}

/** `secretlint-disable` in a comment is honoured: https://github.com/secretlint/secretlint has its forms. */
export async function findSecrets(path: string, text: string): Promise<FoundSecret[]> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text' },
    options: {
      locale: 'en',
      maskSecrets: true,
      noPhysicFilePath: true,
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] },
    },
  });
  return messages.map(({ loc, message, ruleId }) => ({ line: loc.start.line, message, rule: ruleId }));
}
