import { dirname } from 'node:path/posix';
import { remoteUrl } from '@ml-platform/dvc/remote-url';
import type { Answers } from '../answers/answers.ts';
import type { Template, TemplateFile, Tree, TreeFile } from '../template/template.ts';
import { dropAbsentLinks } from './absent-links.ts';
import { dropAbsentPaths } from './absent-paths.ts';
import { absentPaths, chooseFiles } from './choose-files.ts';
import { layOutImports } from './import-layout.ts';
import { type JsonObject, printJson } from './json.ts';
import { type LockFile, type Manifests, printLock, projectLock } from './lock-file.ts';
import { type IndexedLock, type LockIndex, readIndexedLock, variantKey } from './lock-index.ts';
import { keepAllowedScripts, projectManifest, sortDependencies } from './manifest.ts';
import { renameBytes, renameText } from './rename.ts';

export const LOCK = 'package-lock.json';
const DVC_CONFIG = '.dvc/config';
/** The index of all pages. */
const INDEX = 'docs/README.md';
const CONFIGS = /^(?:tsconfig(?:\.\w+)?|knip|biome|nx)\.json$/;
/** The root's and the workspaces'; a package.json deeper down is somebody's fixture. */
export const MANIFEST = /^(?:[^/]+\/[^/]+\/)?package\.json$/;

/** The exact files of a project for a template version and a set of answers: no network, no clock. */
export function render(template: Template, answers: Answers): Tree {
  const chosen = chooseFiles(template, answers);
  const absent = absentPaths(answers, chosen);
  const manifests = readManifests(chosen, answers.name, absent);
  const files = new Map<string, TreeFile>();
  for (const [path, file] of chosen) {
    if (!MANIFEST.test(path) && path !== LOCK) files.set(path, renderFile(path, file, answers.name, absent));
    if (path === DVC_CONFIG && answers.remote) files.set(path, text(withRemote(decode(file), answers.remote)));
  }
  const lock = chosen.get(LOCK);
  if (lock) files.set(LOCK, renderLock(lock, template.lock, answers.name, manifests));
  for (const [folder, manifest] of manifests) {
    files.set(folder === '' ? 'package.json' : `${folder}/package.json`, text(printJson(manifest)));
  }
  files.set('platform.json', text(printJson(record(template.version, answers))));
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a project remembers of its making: enough to render it again. */
function record(version: string, { name, example, clouds, ci, remote }: Answers): JsonObject {
  const answers = { name, example, clouds: [...clouds], ci: [...ci], ...(remote !== undefined && { remote }) };
  return { template: `create-ml-platform@${version}`, answers };
}

function readManifests(
  chosen: ReadonlyMap<string, TemplateFile>,
  name: string,
  absent: readonly string[],
): Map<string, JsonObject> {
  const manifests = new Map<string, JsonObject>();
  for (const [path, file] of chosen) {
    if (!MANIFEST.test(path)) continue;
    const manifest = sortDependencies(JSON.parse(renameText(decode(file), name)));
    const isRoot = path === 'package.json';
    manifests.set(isRoot ? '' : dirname(path), isRoot ? dropAbsentPaths(projectManifest(manifest), absent) : manifest);
  }
  return manifests;
}

/** The project's lock file; `allowScripts` of the root's manifest then keeps what that still holds. */
function renderLock(
  { content }: TemplateFile,
  index: LockIndex | undefined,
  name: string,
  manifests: Map<string, JsonObject>,
): TreeFile {
  const variant = index?.variants[variantKey(manifests.keys())];
  const lock =
    index && variant ? readIndexedLock(content, index, variant, name) : pruneLock(decode({ content }), name, manifests);
  const root = manifests.get('');
  if (root) manifests.set('', keepAllowedScripts(root, lock.paths));
  return { content: lock.content, executable: false };
}

function pruneLock(source: string, name: string, manifests: Manifests): IndexedLock {
  const lock: LockFile = projectLock(JSON.parse(renameText(source, name)), manifests);
  return { content: encode(printLock(lock)), paths: Object.keys(lock.packages) };
}

function renderFile(path: string, file: TemplateFile, name: string, absent: readonly string[]): TreeFile {
  const { content, executable } = file;
  if (CONFIGS.test(path)) return { content: encode(renderConfig(decode(file), name, absent)), executable };
  if (path === INDEX) return text(dropAbsentLinks(path, renameText(decode(file), name), absent));
  if (file.names.length === 0) return { content, executable };
  if (!file.reflows) return { content: renameBytes(content, file.names, name), executable };
  return { content: encode(layOutImports(renameText(decode(file), name), `@${name}`)), executable };
}

/** What `npx platform data remote` would write. */
function withRemote(config: string, place: string): string {
  return `${config}    remote = data\n['remote "data"']\n    url = ${remoteUrl(place)}\n`;
}

function renderConfig(source: string, name: string, absent: readonly string[]): string {
  const renamed = renameText(source, name);
  const config: JsonObject = JSON.parse(renamed);
  const kept = dropAbsentPaths(config, absent);
  return kept === config ? renamed : printJson(kept);
}

function text(content: string): TreeFile {
  return { content: encode(content), executable: false };
}

function encode(content: string): Uint8Array {
  return Buffer.from(content);
}

function decode({ content }: Pick<TemplateFile, 'content'>): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString();
}
