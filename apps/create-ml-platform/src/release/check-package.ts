import { checkPackage as checkTypes } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Finding } from './finding.ts';
import type { Tarball } from './tarball.ts';

const MEGABYTE = 1_000_000;
/** Bytes that npm transfers for one `npx`. */
const MOST_BYTES = 2 * MEGABYTE;

/** All that the command is made of; whatever else is packed came along by mistake. */
const SHIPPED = [
  'LICENSE',
  'README.md',
  'bin/create-ml-platform.cjs',
  'lib/main.cjs',
  'lib/prompts.cjs',
  'lib/template.bin',
  'package.json',
];

/** What the tarball alone tells: in milliseconds, without the network. */
export async function checkPackage(tarball: Tarball): Promise<Finding[]> {
  return [checkSize(tarball), checkFiles(tarball), checkScripts(tarball), await lint(tarball), await types(tarball)];
}

function checkSize({ bytes: { byteLength } }: Tarball): Finding {
  const found = `${(byteLength / MEGABYTE).toFixed(2)} MB`;
  return { what: 'packed size', found, wanted: `less than ${MOST_BYTES / MEGABYTE} MB`, ok: byteLength < MOST_BYTES };
}

function checkFiles({ files }: Tarball): Finding {
  const missing = SHIPPED.filter((path) => !files.includes(path)).map((path) => `no ${path}`);
  const wrong = [...files.filter((path) => !SHIPPED.includes(path)), ...missing];
  const found = wrong.length === 0 ? `the command's ${files.length}` : wrong.join(', ');
  return { what: 'files', found, wanted: SHIPPED.join(', '), ok: wrong.length === 0 };
}

function checkScripts({ manifest }: Tarball): Finding {
  const names = Object.keys(manifest.scripts ?? {});
  return { what: 'scripts', found: names.join(', ') || 'none', wanted: 'none', ok: names.length === 0 };
}

async function lint({ bytes }: Tarball): Promise<Finding> {
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
  const found = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
  return { what: 'publint', found: found.join('; ') || 'nothing', wanted: 'nothing', ok: found.length === 0 };
}

/** A package with nothing to import has no types, and needs none. */
async function types({ content, manifest }: Tarball): Promise<Finding> {
  const importable = ['main', 'module', 'exports', 'types'].filter((field) => field in manifest);
  const result = await checkTypes(content);
  const problems = result.types
    ? result.problems.map(({ kind }) => kind)
    : importable.map((field) => `${field} untyped`);
  const nothing = importable.length === 0 ? 'nothing to import' : 'nothing';
  return { what: 'attw', found: problems.join(', ') || nothing, wanted: 'nothing', ok: problems.length === 0 };
}
