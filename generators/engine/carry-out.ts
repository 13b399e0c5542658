import { basename } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { type Change, placeFiles } from '@ml-platform/nx-plugin/placing';
import { execa } from 'execa';
import { isInstalled } from './is-installed.ts';
import { isLocked, lockPackages } from './lock-packages.ts';
import type { Plan } from './plan.ts';

/** What needs the network. */
interface Download {
  /** As a person types it. */
  readonly command: string;
  readonly run: () => Promise<void>;
}

/** Writes what changes, then downloads what it needs, unless that is left to the team; and says what is to be done next. */
export async function carryOut(
  root: string,
  plan: Plan,
  changes: readonly Change[],
  skipInstall: boolean,
): Promise<void> {
  placeFiles(root, changes);
  const downloads = missing(root, plan);
  const commands = downloads.map(({ command }) => command);
  if (changes.length === 0) process.stdout.write(nothingWritten(commands, skipInstall));
  if (!skipInstall) for (const { run } of downloads) await run();
  const next = [...(skipInstall ? commands : []), ...plan.next];
  if (changes.length > 0 && next.length > 0) process.stdout.write(`next: ${next.join('\n      ')}\n`);
}

/** By what is there, not by what was written now: a command that was killed before may have come no further. */
function missing(root: string, { files, edits = new Map(), installs, locks }: Plan): Download[] {
  const manifests = [...files.keys(), ...edits.keys()].filter((path) => path.endsWith('package.json'));
  const downloads: Download[] = [];
  if (installs && !manifests.every((path) => isInstalled(root, path)))
    downloads.push({ command: 'npm install', run: () => install(root) });
  if (locks !== undefined && !isLocked(root, locks))
    downloads.push({ command: `npx platform lock ${basename(locks)}`, run: () => lockPackages(root, locks) });
  return downloads;
}

function nothingWritten(commands: readonly string[], skipInstall: boolean): string {
  if (commands.length === 0) return 'nothing to do: all of it is there\n';
  const list = commands.join(', ');
  return skipInstall
    ? `nothing to do: all files are there; left to you: ${list}\n`
    : `all files are there; still to be done: ${list}\n`;
}

async function install(root: string): Promise<void> {
  const { failed } = await execa('npm', ['install'], { cwd: root, stdio: 'inherit', reject: false });
  if (!failed) return;
  throw new PlatformError('npm install failed, as it says above; all files are written', {
    code: 'environment',
    hint: 'mend what it says, and run npm install, or the same command again',
  });
}
