import { errorIn } from '../../steps/npm.ts';
import { compareVersions, isVersion } from '../../update/version.ts';
import type { Check } from '../check.ts';
import { broken, type Finding, note, ok } from '../finding.ts';
import { recordOf } from './record.ts';

const PACKAGE = 'create-ml-platform';
// npm itself would try again for minutes.
const FLAGS = ['--json', '--loglevel=silent', '--fetch-retries=0', '--fetch-timeout=8000'];

/** npm's registry answers, and says whether there is a newer template. */
export const registryCheck: Check = {
  group: 'Remotes',
  title: "npm's registry",
  network: true,
  look: async ({ folder, run }) => {
    const { exit, stdout } = await run('npm', ['view', PACKAGE, 'version', ...FLAGS], { patience: 15 });
    const failed = exit === 0 ? undefined : (errorIn(stdout) ?? { code: '', summary: String(exit) });
    if (failed?.code === 'E404') return [ok("npm's registry", 'answers'), note(PACKAGE, 'not in this registry')];
    if (failed) return [silent(failed, exit)];
    return [ok("npm's registry", 'answers'), newest(latestIn(stdout), folder)];
  },
};

function silent({ code, summary }: { code: string; summary: string }, exit: number | string): Finding {
  const isRefused = ['E401', 'E403', 'ENEEDAUTH'].includes(code);
  const found = exit === 'late' ? 'no answer in 15 s' : exit === 'missing' ? 'npm is not on the PATH' : summary;
  return broken("npm's registry", found, { wanted: 'that it answers', mend: isRefused ? 'npm login' : 'npm ping' });
}

function newest(latest: string, folder: string): Finding {
  const own = recordedVersion(folder);
  if (own === undefined || !isVersion(latest) || compareVersions(latest, own) <= 0)
    return ok(PACKAGE, `${latest} is the newest`);
  return note(PACKAGE, `${latest} is out, the project is of ${own}`, `npx ${PACKAGE}@latest update`);
}

function latestIn(printed: string): string {
  const latest: unknown = JSON.parse(printed);
  return typeof latest === 'string' ? latest : '';
}

function recordedVersion(folder: string): string | undefined {
  try {
    return recordOf(folder).version;
  } catch {
    // A finding of another check.
    return undefined;
  }
}
