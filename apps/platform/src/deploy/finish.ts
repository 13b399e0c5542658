import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { rollOutLines, rollOutText } from './report.ts';
import type { RollOut } from './roll-out.ts';

/**
 * Prints what came of a deploy, and writes it where that was asked for.
 *
 * @throws PlatformError `step` where the release isn't served.
 */
export async function finish(
  rolled: RollOut,
  { report, json = false }: { readonly report?: string | undefined; readonly json?: boolean | undefined },
): Promise<void> {
  if (report !== undefined) {
    await mkdir(dirname(resolve(report)), { recursive: true });
    await writeFile(report, rollOutText(rolled));
  }
  process.stdout.write(json ? `${JSON.stringify(rolled)}\n` : rollOutLines(rolled));
  if (rolled.outcome !== 'deployed') throw notHeld(rolled);
}

function notHeld({ env, release, reason, rollback }: RollOut): PlatformError {
  if (rollback && rollback.problem === undefined) {
    const again = rollback.to === undefined ? 'nothing is served, as before' : `${rollback.to} is served again`;
    return new PlatformError(`${release} is not in ${env}: ${reason}; ${again}`, {
      code: 'step',
      hint: 'mend the release, and deploy the next one',
    });
  }
  const back = rollback ? `; it could not be taken back: ${rollback.problem}` : '';
  return new PlatformError(`${release} does not hold in ${env}: ${reason}${back}`, {
    code: 'step',
    hint: `npx platform deploy status --env ${env}, then npx platform deploy rollback --env ${env} --to FILE`,
  });
}
