import { crc32 } from 'node:zlib';

/** 1980-01-01 00:00, the format's first: the same files give the same bytes. */
const DATE = { time: 0, day: 0x21 };
const UTF8_NAMES = 0x0800;

/** Files by path as a ZIP archive, not compressed. Source: APPNOTE.TXT 6.3.10, PKWARE. */
export function zipArchive(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1))) {
    const name = Buffer.from(path);
    const header = entryHeader(name, content);
    directory.push(
      numbers([0x02014b50, 4], [20, 2]),
      header,
      numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
      name,
    );
    const body = Buffer.concat([numbers([0x04034b50, 4]), header, name, content]);
    offset += body.length;
    bodies.push(body);
  }
  const listed = Buffer.concat(directory);
  const count = bodies.length;
  const end = numbers([0x06054b50, 4], [0, 4], [count, 2], [count, 2], [listed.length, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...bodies, listed, end]);
}

/** What an entry says of itself both before its content and in the directory. */
function entryHeader(name: Buffer, content: Uint8Array): Buffer {
  return numbers(
    [20, 2],
    [UTF8_NAMES, 2],
    [0, 2],
    [DATE.time, 2],
    [DATE.day, 2],
    [crc32(content), 4],
    [content.length, 4],
    [content.length, 4],
    [name.length, 2],
    [0, 2],
  );
}

/** Little-endian numbers, each with its length in bytes. */
function numbers(...all: readonly (readonly [number, number])[]): Buffer {
  const buffer = Buffer.alloc(all.reduce((sum, [, length]) => sum + length, 0));
  let at = 0;
  for (const [value, length] of all) at = buffer.writeUIntLE(value, at, length);
  return buffer;
}
