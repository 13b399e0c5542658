import type { Owner } from './owner.ts';
import type { Template, TemplateFile } from './template.ts';

type Row = [path: string, executable: 0 | 1, owner: Owner, length: number, reflows: 0 | 1, ...names: number[]];
type Header = Pick<Template, 'version' | 'lock'> & { readonly rows: readonly Row[] };

/**
 * One file: the length of the header (4 bytes), the header (JSON), the contents end to end. Not compressed, since npm
 * compresses the package around it: unpacking it here again took as long as writing the project. Reading copies
 * nothing: a content is a view of the archive's bytes.
 */
export function encodeArchive({ version, files, lock }: Template): Buffer {
  const rows = files.map(({ path, executable, owner, names, reflows, content }): Row => {
    return [path, executable ? 1 : 0, owner, content.byteLength, reflows ? 1 : 0, ...names];
  });
  const header = Buffer.from(JSON.stringify({ version, ...(lock && { lock }), rows } satisfies Header));
  return Buffer.concat([sizeOf(header), header, ...files.map(({ content }) => content)]);
}

function sizeOf({ byteLength }: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(byteLength);
  return size;
}

export function decodeArchive(archive: Buffer): Template {
  let start = 4 + archive.readUInt32LE(0);
  const { version, lock, rows }: Header = JSON.parse(archive.toString('utf8', 4, start));
  const files = rows.map(([path, executable, owner, length, reflows, ...names]): TemplateFile => {
    const content = archive.subarray(start, start + length);
    start += length;
    return { path, executable: executable === 1, owner, names, reflows: reflows === 1, content };
  });
  return { version, files, ...(lock && { lock }) };
}
