import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Owner } from './owner.ts';
import type { Template, TemplateFile } from './template.ts';

type Row = [path: string, executable: 0 | 1, owner: Owner, renames: 0 | 1, length: number];

const QUALITY = 9;

/**
 * One compressed file: the length of the header (4 bytes), the header (JSON), the contents end to end.
 * Unpacking copies nothing: a content is a view of the unpacked bytes.
 */
export function encodeArchive({ version, files }: Template): Uint8Array {
  const rows = files.map(({ path, executable, owner, renames, content }): Row => {
    return [path, executable ? 1 : 0, owner, renames ? 1 : 0, content.byteLength];
  });
  const header = Buffer.from(JSON.stringify({ version, rows }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.byteLength);
  return brotliCompressSync(Buffer.concat([length, header, ...files.map(({ content }) => content)]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY },
  });
}

export function decodeArchive(archive: Uint8Array): Template {
  const bytes = brotliDecompressSync(archive);
  let start = 4 + bytes.readUInt32LE(0);
  const { version, rows }: { version: string; rows: Row[] } = JSON.parse(bytes.toString('utf8', 4, start));
  const files = rows.map(([path, executable, owner, renames, length]): TemplateFile => {
    const content = bytes.subarray(start, start + length);
    start += length;
    return { path, executable: executable === 1, owner, renames: renames === 1, content };
  });
  return { version, files };
}
