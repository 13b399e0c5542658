import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MODULE = new URL('../open-store.ts', import.meta.url).href;

export interface GrownMemory {
  /** Bytes that were read back. */
  readonly length: number;
  /** MiB by which the process was larger at its largest than it was after a first small file. */
  readonly grown: number;
}

/** Writes a stream of so many MiB in a process of its own, and reads it back. */
export async function grownMemory(uri: string, mebibytes: number, options: object): Promise<GrownMemory> {
  const program = `
    import { openStore } from ${JSON.stringify(MODULE)};
    const store = await openStore(${JSON.stringify(uri)});
    const chunks = async function* (count) {
      for (let chunk = 0; chunk < count; chunk++) yield Buffer.alloc(1024 * 1024, chunk);
    };
    const turn = async (path, count) => {
      await store.write(path, chunks(count), ${JSON.stringify(options)});
      let length = 0;
      for await (const chunk of store.readStream(path)) length += chunk.length;
      return length;
    };
    await turn('small', 1);
    const before = process.resourceUsage().maxRSS;
    const length = await turn('large', ${mebibytes});
    console.log(JSON.stringify({ length, grown: (process.resourceUsage().maxRSS - before) / 1024 }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', program]);
  return JSON.parse(stdout) as GrownMemory;
}
