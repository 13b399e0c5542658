import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RUN_STEP } from '../testing/numbers-project.ts';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const PIPELINE = `import { definePipeline, defineStep, python } from '@ml-platform/pipeline';
const wait = defineStep({ name: 'wait', run: python('wait.py') });
export default definePipeline('waiting', ({ add }) => void add(wait));
`;

let project: string;
beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'stop-')));
  await mkdir(join(project, 'src'));
  await mkdir(join(project, 'tmp'));
  await writeFile(join(project, 'package.json'), '{ "name": "waiting", "type": "module" }');
  await writeFile(join(project, 'requirements.txt'), '');
  await writeFile(join(project, 'src/pipeline.ts'), PIPELINE);
  await writeFile(
    join(project, 'src/wait.py'),
    'import time\nfrom ml_step import load_step\nload_step().log("waiting")\ntime.sleep(60)\n',
  );
  await symlink(join(WORKSPACE, 'node_modules'), join(project, 'node_modules'));
});
afterEach(() => rm(project, { recursive: true }));

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: a Python step ends, the runner says so and leaves nothing behind',
  async (signal) => {
    const args = [RUN_STEP, '--pipeline', join(project, 'src/pipeline.ts'), '--step', 'wait'];
    const run = execa(process.execPath, args, { all: true, reject: false, env: { TMPDIR: join(project, 'tmp') } });
    let said = '';
    run.all.on('data', (chunk) => {
      said += String(chunk);
    });
    await vi.waitFor(() => expect(said).toContain('waiting'), { timeout: 60_000 });
    run.kill(signal);
    const { exitCode, all } = await run;
    expect([exitCode, all]).toEqual([8, expect.stringContaining(`step 'wait' of 'waiting' was stopped: ${signal}`)]);
    expect(await readdir(join(project, 'tmp'))).toEqual([]);
  },
);
