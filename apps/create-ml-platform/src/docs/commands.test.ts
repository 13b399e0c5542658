import { expect, test } from 'vitest';
import { commandsOf } from './commands.ts';

const PAGE = `Text

\`\`\`sh
npm test            # installs first
A=1 B="x y" npx nx run a:b --at 'a/*.csv' \\
  --to "b c" > out.json
git pull && npx platform data pull   # both
# nothing
cat a | grep b
\`\`\`
\`\`\`ts
npm();
\`\`\`
`;

test('commands are taken apart as a shell would', () => {
  expect(commandsOf('a.md', PAGE).map(({ line, words }) => [line, words])).toEqual([
    [4, ['npm', 'test']],
    [5, ['npx', 'nx', 'run', 'a:b', '--at', 'a/*.csv', '--to', 'b c']],
    [7, ['git', 'pull']],
    [7, ['npx', 'platform', 'data', 'pull']],
    [9, ['cat', 'a']],
    [9, ['grep', 'b']],
  ]);
});
