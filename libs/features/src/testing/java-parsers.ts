import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCache } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { hasProgram } from './debian-program.ts';

const FOLDER = fileURLToPath(new URL('./parsers/', import.meta.url));

/** Whether Java, which starts a program from its source, and Maven, which fetches packages, are here. */
export async function hasJavaParsers(): Promise<boolean> {
  const java = await hasProgram('javac', 'openjdk-17-jdk-headless');
  return java && (await hasProgram('mvn', 'maven', 'openjdk-17-jdk-headless'));
}

/** What a program of the folder `parsers` prints about a text; its error where there is one. */
export async function parse(program: string, sql: string, ...words: string[]): Promise<string> {
  const classPath = join(await packages(), '*');
  const { stdout } = await execa('java', ['-cp', classPath, join(FOLDER, `${program}.java`), ...words], { input: sql });
  return stdout;
}

/** The folder of the packages of `pom.xml`: fetched once, outside of the checkout, and found by their hashes afterwards. */
async function packages(): Promise<string> {
  const sums = await readFile(join(FOLDER, 'checksums.txt'), 'utf8');
  const key = createHash('sha256').update(sums).digest('hex').slice(0, 16);
  const target = join(defaultCache(), 'testing', `parsers-${key}`);
  if (existsSync(target)) return target;
  const staging = `${target}.tmp-${process.pid}`;
  try {
    await mkdir(staging, { recursive: true });
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${staging}`];
    await execa('mvn', ['--quiet', '--file', join(FOLDER, 'pom.xml'), ...copy]);
    for (const [, sum, file = ''] of sums.matchAll(/^(\w{64}) {2}(\S+)$/gm)) {
      const found = createHash('sha256')
        .update(await readFile(join(staging, file)))
        .digest('hex');
      if (found !== sum) throw new Error(`${file} has the hash ${found}, expected ${sum}`);
    }
    await rename(staging, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
    return target;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
