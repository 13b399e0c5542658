import { join } from 'node:path';
import type { Check } from '../check.ts';
import { broken, type Finding, ok } from '../finding.ts';
import { projectsOf, readText } from '../machine/files.ts';
import { compareNumbers } from '../machine/versions.ts';
import { summary } from './lock-file.ts';

const SOURCE = 'requirements.in';
const LOCK = 'requirements.txt';

/** Every requirements.in of a project is in step with its lock. */
export const requirementsCheck: Check = {
  group: 'Packages',
  title: LOCK,
  look: ({ folder }) =>
    projectsOf(folder).flatMap((path) => {
      const source = readText(join(folder, path, SOURCE));
      return source === undefined ? [] : [compare(path, source, readText(join(folder, path, LOCK)))];
    }),
};

function compare(path: string, source: string, lock: string | undefined): Finding {
  const what = `${path}/${LOCK}`;
  const wrong = { wanted: `in step with ${SOURCE}`, mend: `npx platform lock ${path.split('/').at(-1)}` };
  if (lock === undefined) return broken(what, 'not there', wrong);
  if (/^<{7} /m.test(lock)) return broken(what, 'a merge left conflicts in it', wrong);
  const problems = differences(requirementsIn(source), pinsIn(lock));
  return problems.length > 0 ? broken(what, summary(problems), wrong) : ok(what, `in step with ${SOURCE}`);
}

interface Requirement {
  readonly name: string;
  /** As in `>=3.4`, after what the lock can be held against. */
  readonly bounds: readonly (readonly [operator: string, version: string])[];
}

interface Pin {
  readonly version: string;
  /** A requirements.in names it, as uv writes down. */
  readonly isAsked: boolean;
}

/** Lines that name a package; options, and addresses after a name, are uv's own business. Format: PEP 508. */
function requirementsIn(text: string): Requirement[] {
  return text.split('\n').flatMap((line) => {
    const [, name, rest = ''] = /^\s*([a-z\d][\w.-]*)\s*(?:\[[^\]]*\])?([^#;@]*)/i.exec(line) ?? [];
    if (name === undefined) return [];
    const bounds = [...rest.matchAll(/(===?|~=|[<>!]=?)\s*([\d.]+)(?![\w.*])/g)];
    return [
      { name: normalized(name), bounds: bounds.map(([, operator = '', version = '']) => [operator, version] as const) },
    ];
  });
}

/** Pins and, in the comments below each, who wanted it. */
function pinsIn(text: string): Map<string, Pin> {
  const blocks = text.split(/^(?=[a-z\d])/im);
  return new Map(
    blocks.flatMap((block): [string, Pin][] => {
      const [, name, version] = /^([a-z\d][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)/i.exec(block) ?? [];
      if (name === undefined || version === undefined) return [];
      return [[normalized(name), { version, isAsked: /#.*-r .*requirements\.in/.test(block) }]];
    }),
  );
}

function differences(requirements: readonly Requirement[], pins: ReadonlyMap<string, Pin>): string[] {
  const asked = new Set(requirements.map(({ name }) => name));
  const isAnnotated = [...pins.values()].some((pin) => pin.isAsked);
  const dropped = [...pins].filter(([name, pin]) => isAnnotated && pin.isAsked && !asked.has(name));
  const wrong = requirements.flatMap(({ name, bounds }) => {
    const pin = pins.get(name);
    if (!pin) return [`${name} is not in it`];
    const bound = bounds.find(([operator, version]) => !holds(pin.version, operator, version));
    return bound ? [`${name} is ${pin.version}, and ${SOURCE} asks for ${bound.join('')}`] : [];
  });
  return [...wrong, ...dropped.map(([name]) => `${name} is asked for no more`)];
}

/** Of release numbers. Source: PEP 440, "Version specifiers". */
function holds(version: string, operator: string, bound: string): boolean {
  const order = compareNumbers(version, bound);
  switch (operator) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default: {
      const series = bound.split('.').slice(0, -1);
      return order >= 0 && version.split('.').slice(0, series.length).join('.') === series.join('.');
    }
  }
}

/** PEP 503: case, and which of `-`, `_` and `.` parts the words, don't matter. */
function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
