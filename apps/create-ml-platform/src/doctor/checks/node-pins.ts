import { join } from 'node:path';
import type { Check } from '../check.ts';
import { broken, type Finding, ok } from '../finding.ts';
import { entriesOf, readObject, readText } from '../machine/files.ts';
import { dockerfilesOf } from '../machine/project-uses.ts';
import { isAtLeast } from '../machine/versions.ts';
import { majorOfPins, minimumNode } from './node.ts';

const WORKFLOWS = '.github/workflows';

interface Place {
  readonly file: string;
  readonly line: number;
  readonly version: string;
  /** What Node runs there: npm, or the project's own code without the Node that npm brings. */
  readonly runs: 'npm' | 'code';
}

/** The other files that name a version of Node agree with package.json. */
export const nodePinsCheck: Check = {
  group: 'Packages',
  title: 'versions of Node',
  look: ({ folder }) => {
    const manifest = readObject(join(folder, 'package.json'));
    const minimums = { npm: minimumNode(manifest), code: majorOfPins(manifest) };
    const places = placesIn(folder);
    const wrong = places.flatMap((place) => compare(place, minimums[place.runs]));
    if (wrong.length > 0 || places.length === 0) return wrong;
    const files = [...new Set(places.map(({ file }) => file))];
    return [ok('versions of Node', `${files.join(', ')}: as package.json wants`)];
  },
};

function compare({ file, line, version, runs }: Place, minimum: string | undefined): Finding[] {
  // `20` means the newest of them.
  const parts = version.split('.').length;
  if (minimum === undefined || isAtLeast(version, minimum.split('.').slice(0, parts).join('.'))) return [];
  const by = runs === 'npm' ? 'engines' : 'the pins';
  const mend = /^\.(?:nvmrc|node-version)$/.test(file) ? `echo ${minimum} > ${file}` : `edit ${file}, line ${line}`;
  return [broken(`Node in ${file}`, version, { wanted: `${minimum} or newer, by ${by} in package.json`, mend })];
}

function placesIn(folder: string): Place[] {
  const workflows = entriesOf(join(folder, WORKFLOWS)).map((name) => `${WORKFLOWS}/${name}`);
  const look = (file: string, pattern: RegExp, runs: Place['runs']) => versionsIn(folder, file, pattern, runs);
  return [
    ...look('.nvmrc', /^v?(\d[\d.]*)/, 'npm'),
    ...look('.node-version', /^v?(\d[\d.]*)/, 'npm'),
    ...look('.tool-versions', /^node(?:js)? +(\d[\d.]*)/, 'npm'),
    ...workflows.flatMap((file) => look(file, /\bnode-version: *['"]?v?(\d[\d.]*)/, 'npm')),
    ...look('.gitlab-ci.yml', /\bimage: *['"]?node:(\d[\d.]*)/, 'npm'),
    ...dockerfilesOf(folder).flatMap((file) => look(file, /^FROM (?:\S*\/)?node:(\d[\d.]*)/, 'code')),
  ];
}

function versionsIn(folder: string, file: string, pattern: RegExp, runs: Place['runs']): Place[] {
  const lines = (readText(join(folder, file)) ?? '').split('\n');
  return lines.flatMap((text, index) => {
    const version = pattern.exec(text)?.[1];
    return version === undefined ? [] : [{ file, line: index + 1, version, runs }];
  });
}
