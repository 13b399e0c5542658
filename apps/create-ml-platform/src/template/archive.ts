import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Owner } from './owner.ts';
import type { Template, TemplateFile } from './template.ts';

type Bit = 0 | 1;
type Row = [path: string, executable: Bit, owner: Owner, length: number, reflows: Bit, isLock: Bit, ...names: number[]];
/** `locks` is the number of bytes in which the contents of all locks lie. */
type Header = Pick<Template, 'version' | 'lock'> & { readonly locks: number; readonly rows: readonly Row[] };

const HASH = /[0-9a-f]{64}/g;
const MANY_HASHES = 20;
/** Nine of eleven: hardly larger, and made in a tenth of the time. Its window holds all locks. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 } };

/**
 * One file: the length of the header (4 bytes), the header (JSON), the contents end to end. Only locks are compressed: the
 * same hashes stand in several of them, further apart than gzip looks back, and a third of the package was those. The rest
 * is not, since npm compresses the package around it: unpacking it here again took as long as writing the project. Reading
 * copies nothing: a content is a view of the archive's bytes, or of the unpacked locks'.
 */
export function encodeArchive({ version, files, lock }: Template): Buffer {
  const rows = files.map(({ path, executable, owner, names, reflows, content }): Row => {
    return [path, bit(executable), owner, content.byteLength, bit(reflows), bit(isLock(content)), ...names];
  });
  const contentsOf = (locks: Bit) => files.flatMap(({ content }, index) => (rows[index]?.[5] === locks ? content : []));
  const locks = brotliCompressSync(Buffer.concat(contentsOf(1)), BROTLI);
  const head = { version, ...(lock && { lock }), locks: locks.byteLength, rows } satisfies Header;
  const header = Buffer.from(JSON.stringify(head));
  return Buffer.concat([sizeOf(header), header, locks, ...contentsOf(0)]);
}

function isLock(content: Uint8Array): boolean {
  return (Buffer.from(content).toString('latin1').match(HASH)?.length ?? 0) >= MANY_HASHES;
}

function bit(value: boolean): Bit {
  return value ? 1 : 0;
}

function sizeOf({ byteLength }: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(byteLength);
  return size;
}

export function decodeArchive(archive: Buffer): Template {
  const start = 4 + archive.readUInt32LE(0);
  const { version, lock, locks, rows }: Header = JSON.parse(archive.toString('utf8', 4, start));
  const takeLock = taker(brotliDecompressSync(archive.subarray(start, start + locks)));
  const takePlain = taker(archive.subarray(start + locks));
  const files = rows.map(([path, executable, owner, length, reflows, isLock, ...names]): TemplateFile => {
    const content = isLock === 1 ? takeLock(length) : takePlain(length);
    return { path, executable: executable === 1, owner, names, reflows: reflows === 1, content };
  });
  return { version, files, ...(lock && { lock }) };
}

/** Gives one piece of the bytes after the other. */
function taker(bytes: Buffer): (length: number) => Buffer {
  let start = 0;
  return (length) => {
    start += length;
    return bytes.subarray(start - length, start);
  };
}
