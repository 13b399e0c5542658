import type { Changes } from '../../apply/changes.ts';
import type { Check } from '../check.ts';
import { type Finding, note, ok, skipped } from '../finding.ts';
import { errorMessage } from '../machine/error-message.ts';
import { recordOf } from './record.ts';

const WHAT = 'the template';
/** Seconds: npm may have to fetch the version that made the project. */
const PATIENCE = 60;
// npm itself would try again for minutes.
const ONCE = { npm_config_fetch_retries: '0' };

/** How what is committed differs from what the recorded version makes: by `diff`, in a process that can be ended. */
export const driftCheck: Check = {
  group: 'Template',
  title: WHAT,
  patience: PATIENCE + 5,
  look: async ({ folder, version, offline, runSelf }) => {
    const recorded = readVersion(folder);
    if (recorded === undefined) return [skipped(WHAT, "platform.json can't be read")];
    if (offline && recorded !== version)
      return [skipped(WHAT, `--offline, and create-ml-platform ${recorded} has to be fetched`)];
    const { exit, stdout, stderr } = await runSelf(['diff', '--json'], { patience: PATIENCE, env: ONCE });
    if (exit === 0) return [describe(JSON.parse(stdout))];
    return [
      skipped(
        WHAT,
        exit === 'late' ? `no answer in ${PATIENCE} s` : (errorMessage(stderr) ?? `diff ended with ${exit}`),
      ),
    ];
  },
};

function describe({ version, files }: { readonly version: string; readonly files: Changes }): Finding {
  const counts = Object.entries(files).flatMap(([how, paths]) => (paths.length > 0 ? [`${paths.length} ${how}`] : []));
  if (counts.length === 0) return ok(WHAT, `all is as create-ml-platform ${version} made it`);
  return note(WHAT, `${counts.join(', ')} since create-ml-platform ${version}`, 'npx create-ml-platform diff');
}

function readVersion(folder: string): string | undefined {
  try {
    return recordOf(folder).version;
  } catch {
    // A finding of another check.
    return undefined;
  }
}
