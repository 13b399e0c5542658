import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';

const LONGEST_HEADER = 1024 * 1024;
const [RETURN, NEWLINE, QUOTE] = [13, 10, 34];

/**
 * A file as it is, or unpacked into a folder. Not by DuckDB, which takes a packed file that is cut off for a whole one.
 */
export async function unpacked(folder: string, file: string): Promise<string> {
  const [, packing] = /\.(gz|zst)$/.exec(file) ?? [];
  if (packing === undefined) return file;
  const target = join(folder, basename(file, `.${packing}`));
  await pump(
    createReadStream(file),
    packing === 'gz' ? createGunzip() : createZstdDecompress(),
    createWriteStream(target),
  );
  return target;
}

/** A copy in a folder whose lines all end with a newline alone. */
export async function withEvenLineEnds(folder: string, file: string): Promise<string> {
  const target = join(folder, `even-${basename(file)}`);
  await pump(createReadStream(file), evenLineEnds(), createWriteStream(target));
  return target;
}

/** Turns `\r\n` and a lone `\r` into `\n`; they may stand in two chunks. */
function evenLineEnds(): Transform {
  let isAfterReturn = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const even = Buffer.allocUnsafe(chunk.length);
      let length = 0;
      for (const byte of chunk) {
        if (!(byte === NEWLINE && isAfterReturn)) even[length++] = byte === RETURN ? NEWLINE : byte;
        isAfterReturn = byte === RETURN;
      }
      done(null, even.subarray(0, length));
    },
  });
}

/** The first line of a CSV file; a newline between quotes doesn't end it. */
export async function headerOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LONGEST_HEADER), 0, LONGEST_HEADER, 0);
    const start = buffer.subarray(0, bytesRead);
    let isQuoted = false;
    for (const [index, byte] of start.entries()) {
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (!isQuoted && (byte === NEWLINE || byte === RETURN)) return start.subarray(0, index);
    }
    return start;
  } finally {
    await handle.close();
  }
}
