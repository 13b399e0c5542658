import { builtinModules } from 'node:module';
import { PlatformError } from '@ml-platform/errors';

/** Longest name: the project's formatting is tested up to here, and cloud resources derive theirs from it. */
export const LONGEST_NAME = 40;

const VALID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
// Device names on Windows, where no folder can have one: learn.microsoft.com/windows/win32/fileio/naming-a-file
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

// `create-ml-platform update` must never make a project of that name, whatever the version.
const COMMANDS = ['add', 'create', 'diff', 'remove', 'render', 'update'];

/** Refuses a name that npm, Windows, an image registry or a cloud would refuse. */
export function checkProjectName(name: string): void {
  const problem = problemWith(name);
  if (problem === undefined) return;
  const suggestion = suggestName(name);
  throw new PlatformError(`the name '${shorten(name)}' ${problem}`, {
    code: 'usage',
    hint: suggestion ? `try '${suggestion}'` : "pick a name like 'acme' or 'churn-model'",
  });
}

/** Why a name isn't valid, as the end of a sentence; undefined when it is. */
export function problemWith(name: string): string | undefined {
  if (name === '') return 'is empty: expected one to 40 lower-case letters, digits and single hyphens';
  if (name.includes('/') || name.includes('\\')) return 'is a path: expected the name of a folder to make right here';
  if (name.length > LONGEST_NAME) return `has ${name.length} letters: at most ${LONGEST_NAME} are allowed`;
  if (/^node_modules$/i.test(name)) return "is npm's own folder";
  if (!VALID.test(name)) return 'has to be lower-case letters, digits and single hyphens, beginning with a letter';
  if (COMMANDS.includes(name)) return 'is kept for a command of create-ml-platform';
  if (WINDOWS_DEVICE.test(name)) return 'is a device on Windows: no folder can have it there';
  if (builtinModules.includes(name)) return 'is a module of Node itself: npm refuses it';
  return undefined;
}

/** The valid name closest to what was typed; undefined when nothing of it is left. */
export function suggestName(name: string): string | undefined {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const plain = words
    .filter((word) => word !== '')
    .join('-')
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '');
  const candidates = [plain, `${plain}-ml`];
  return plain === '' ? undefined : candidates.find((candidate) => problemWith(candidate) === undefined);
}

function shorten(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
}
