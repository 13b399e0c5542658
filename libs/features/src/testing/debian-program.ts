import { execa } from 'execa';

/**
 * Whether a program of Debian's is here. In CI it has to be, and root gets it by apt-get; on a laptop without it, a suite
 * says that it is skipped.
 */
export async function hasProgram(program: string, ...packages: string[]): Promise<boolean> {
  if (await answers(program)) return true;
  const install = `apt-get install ${packages.join(' ')}`;
  if (process.env.CI === undefined) {
    console.warn(`skipped without ${program}: ${install}`);
    return false;
  }
  if (process.getuid?.() === 0) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await execa('apt-get', ['update'], { env });
    await execa('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env });
  }
  if (await answers(program)) return true;
  throw new Error(`CI needs ${program}: ${install}`);
}

async function answers(program: string): Promise<boolean> {
  const { failed } = await execa(program, ['--version'], { reject: false });
  return !failed;
}
