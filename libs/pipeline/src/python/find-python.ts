import { PlatformError } from '@ml-platform/errors';

const MINIMUM = [3, 11] as const;
/** As `3.11`. */
export const MINIMUM_PYTHON = MINIMUM.join('.');
const CANDIDATES = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];

export interface Python {
  readonly command: string;
  /** Major and minor: `3.12`. */
  readonly version: string;
}

/**
 * The first Python on the PATH that is new enough.
 *
 * @throws PlatformError `environment` where there is none, or only older ones.
 */
export async function findPython(): Promise<Python> {
  const { execa } = await import('execa');
  const found: Python[] = [];
  for (const command of CANDIDATES) {
    const { stdout, failed } = await execa(command, ['--version'], { reject: false });
    const version = /^Python (\d+\.\d+)/.exec(stdout ?? '')?.[1];
    if (failed || version === undefined) continue;
    if (isNewEnough(version)) return { command, version };
    found.push({ command, version });
  }
  const [old] = found;
  if (old === undefined)
    throw refusal(
      'there is no Python on the PATH, and the step is written in it',
      `install Python ${MINIMUM_PYTHON} or newer`,
    );
  throw refusal(
    `the Python on the PATH is too old: ${old.command} is ${old.version}, expected ${MINIMUM_PYTHON} or newer`,
    `install Python ${MINIMUM_PYTHON} or newer, and put it first on the PATH`,
  );
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

function refusal(message: string, hint: string): PlatformError {
  return new PlatformError(message, { code: 'environment', hint });
}
