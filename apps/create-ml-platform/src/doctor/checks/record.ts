import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { parseAnswers } from '../../answers/answers.ts';
import { type Recorded, readRecord } from '../../update/record.ts';
import type { Check } from '../check.ts';
import { broken, ok } from '../finding.ts';
import { readText } from '../machine/files.ts';

/** platform.json says what the project was made of. */
export const recordCheck: Check = {
  group: 'Project',
  title: 'platform.json',
  look: ({ folder, version }) => {
    try {
      const record = recordOf(folder);
      // Another version may know other questions.
      if (record.version === version) parseAnswers(JSON.stringify(record.answers));
      return [ok('platform.json', `of create-ml-platform ${record.version}`)];
    } catch (thrown) {
      if (!(thrown instanceof PlatformError)) throw thrown;
      const found = thrown.message.replace(/^platform\.json: /, '');
      return [broken('platform.json', found, { mend: 'git checkout HEAD -- platform.json' })];
    }
  },
};

/** @throws PlatformError `config` for a record that can't be read. */
export function recordOf(folder: string): Recorded {
  return readRecord(readText(join(folder, 'platform.json')) ?? '');
}
