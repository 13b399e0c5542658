import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Owner } from './owner.ts';
import type { Template, TemplateFile } from './template.ts';

type Row = [path: string, executable: 0 | 1, owner: Owner, renames: 0 | 1, length: number];

/**
 * One file: the unpacked size (4 bytes), then deflated: the length of the header (4 bytes), the header (JSON), the
 * contents end to end. Unpacking copies nothing: a content is a view of the unpacked bytes.
 */
export function encodeArchive({ version, files }: Template): Buffer {
  const rows = files.map(({ path, executable, owner, renames, content }): Row => {
    return [path, executable ? 1 : 0, owner, renames ? 1 : 0, content.byteLength];
  });
  const header = Buffer.from(JSON.stringify({ version, rows }));
  const bytes = Buffer.concat([sizeOf(header), header, ...files.map(({ content }) => content)]);
  return Buffer.concat([sizeOf(bytes), deflateRawSync(bytes, { level: 9 })]);
}

function sizeOf({ byteLength }: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(byteLength);
  return size;
}

export function decodeArchive(archive: Buffer): Template {
  // The size, so that zlib fills one buffer at once.
  const bytes = inflateRawSync(archive.subarray(4), { chunkSize: archive.readUInt32LE(0) + 64 });
  let start = 4 + bytes.readUInt32LE(0);
  const { version, rows }: { version: string; rows: Row[] } = JSON.parse(bytes.toString('utf8', 4, start));
  const files = rows.map(([path, executable, owner, renames, length]): TemplateFile => {
    const content = bytes.subarray(start, start + length);
    start += length;
    return { path, executable: executable === 1, owner, renames: renames === 1, content };
  });
  return { version, files };
}
