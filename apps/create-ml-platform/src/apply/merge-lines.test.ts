import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixtureTemplate } from '../testing/fixture-template.ts';
import { type TeamProject, teamProject } from '../testing/team-project.ts';
import type { Tree } from '../template/template.ts';
import { type Applied, apply } from './apply.ts';
import { restore } from './restore.ts';

const PATH = 'docs/lines.md';
const COUNT = 40;

/** Lines of one file: changed, taken out, or with others before them. */
interface Edit {
  readonly at: number;
  readonly kind: 'change' | 'remove' | 'insert';
}

const base = Array.from({ length: COUNT }, (_, index) => `line ${index}`);
const edits = fc.uniqueArray(
  fc.record({ at: fc.nat(COUNT - 1), kind: fc.constantFrom('change', 'remove', 'insert') }) as fc.Arbitrary<Edit>,
  { selector: ({ at }) => at, minLength: 1, maxLength: 6 },
);

function edited(who: string, all: readonly Edit[]): string[] {
  const kinds = new Map(all.map(({ at, kind }) => [at, kind]));
  return base.flatMap((line, index) => {
    const kind = kinds.get(index);
    if (kind === 'remove') return [];
    if (kind === 'change') return [`${who} ${index}`];
    return kind === 'insert' ? [`${who} ${index}`, line] : [line];
  });
}

/** What both sides together come to. */
function bothEdited(ours: readonly Edit[], theirs: readonly Edit[]): string[] {
  const kinds = [
    ...ours.map((edit) => ({ ...edit, who: 'ours' })),
    ...theirs.map((edit) => ({ ...edit, who: 'theirs' })),
  ];
  return base.flatMap((line, index) => {
    const edit = kinds.find(({ at }) => at === index);
    if (edit?.kind === 'remove') return [];
    if (edit?.kind === 'change') return [`${edit.who} ${index}`];
    return edit ? [`${edit.who} ${index}`, line] : [line];
  });
}

/** Lets team and template edit one file, and merges. */
function merge(ours: readonly string[], theirs: readonly string[]): { project: TeamProject; applied: Applied } {
  const project = teamProject(fixtureTemplate({ [PATH]: text(base) }));
  project.edit(PATH, text(ours));
  project.commit();
  return { project, applied: apply(project.folder, { base: treeOf(base), theirs: treeOf(theirs) }) };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function treeOf(lines: readonly string[]): Tree {
  return new Map([[PATH, { content: Buffer.from(text(lines)), executable: false }]]);
}

/** No line of one side next to one of the other. */
function areApart(ours: readonly Edit[], theirs: readonly Edit[]): boolean {
  return ours.every(({ at }) => theirs.every((other) => Math.abs(at - other.at) > 2));
}

test('edits that do not touch are both there, and nothing else changed', () => {
  fc.assert(
    fc.property(edits, edits, (ours, candidates) => {
      const theirs = candidates.filter((edit) => areApart(ours, [edit]));
      fc.pre(theirs.length > 0);
      const { project, applied } = merge(edited('ours', ours), edited('theirs', theirs));
      expect(applied.conflicts).toEqual([]);
      expect(project.read(PATH)).toBe(text(bothEdited(ours, theirs)));
    }),
    { numRuns: 25 },
  );
});

test('edits that overlap are a conflict that holds both sides, and can be taken back', () => {
  fc.assert(
    fc.property(edits, edits, fc.nat(COUNT - 1), (ours, theirs, at) => {
      const overlap = (all: readonly Edit[]): Edit[] => [
        ...all.filter((edit) => edit.at !== at),
        { at, kind: 'change' },
      ];
      const sides = { ours: edited('ours', overlap(ours)), theirs: edited('theirs', overlap(theirs)) };
      const { project, applied } = merge(sides.ours, sides.theirs);
      expect(applied.conflicts.map(({ path }) => path)).toEqual([PATH]);
      const merged = project.read(PATH).split('\n');
      for (const [side, lines] of Object.entries(sides)) {
        const own = lines.filter((line) => line.startsWith(side));
        expect(own.filter((line) => !merged.includes(line))).toEqual([]);
      }
      expect(merged.filter((line) => line.startsWith('<<<<<<< ours'))).not.toEqual([]);
      expect(merged.filter((line) => line.startsWith('>>>>>>> theirs')).length).toBe(
        merged.filter((line) => line.startsWith('<<<<<<< ours')).length,
      );
      restore({ folder: project.folder });
      expect(project.read(PATH)).toBe(text(sides.ours));
      expect(project.status()).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
