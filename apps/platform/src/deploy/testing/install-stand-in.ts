import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from './serve-image.ts';
import { stopServer } from './server-process.ts';

const PROGRAM = fileURLToPath(new URL('stand-in-pulumi.ts', import.meta.url));

export interface StandIn {
  /** To be put before the PATH. */
  readonly bin: string;
  /** Says what an image holds, by its digest. */
  readonly setImages: (images: Readonly<Record<string, Image>>) => void;
  /** Ends every server of every stack. */
  readonly close: () => Promise<void>;
}

/** A folder with a command `pulumi`, whose stacks are model servers of this machine. */
export function installStandIn(folder: string): StandIn {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh\nSTAND_IN_PULUMI='${folder}' exec '${process.execPath}' '${PROGRAM}' "$@"\n`;
  writeFileSync(join(bin, 'pulumi'), script, { mode: 0o755 });
  const images = join(folder, 'images.json');
  if (!existsSync(images)) writeFileSync(images, '{}');
  return {
    bin,
    setImages: (said) => writeFileSync(images, JSON.stringify(said)),
    close: async () => {
      for (const file of globSync('stacks/*.json', { cwd: folder })) {
        const { server } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { server?: { pid: number } };
        await stopServer(server?.pid);
      }
    },
  };
}
