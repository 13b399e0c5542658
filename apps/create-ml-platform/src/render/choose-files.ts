import type { Answers } from '../answers/answers.ts';
import { BASE, COMBINATIONS, EXCLUDED, type GroupName, TEMPLATES } from '../features.ts';
import { optionalFeatures, type Owner } from '../template/owner.ts';
import type { Template, TemplateFile } from '../template/template.ts';

/** The files that the answers ask for, by their path in the project. */
export function chooseFiles({ files }: Template, answers: Answers): Map<string, TemplateFile> {
  const features = chosenFeatures(answers);
  const owners = new Set<string>(['base', ...features.map(([owner]) => owner)]);
  const chosen = new Map(files.filter(({ owner }) => owners.has(owner)).map((file) => [file.path, file]));
  const combined = COMBINATIONS.filter(({ of }) => of.every((owner) => owners.has(owner)));
  for (const { replacements = {} } of [BASE, ...features.map(([, feature]) => feature), ...combined]) {
    for (const [path, from] of Object.entries(replacements)) {
      for (const file of files.filter((candidate) => isWithin(candidate.path, from))) {
        chosen.set(`${path}${file.path.slice(from.length)}`, file);
      }
    }
  }
  return chosen;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Paths that this repository has and the project lacks: no config of the project may speak of them. */
export function absentPaths(answers: Answers, chosen: ReadonlyMap<string, unknown>): string[] {
  const owners = new Set(chosenFeatures(answers).map(([owner]) => owner));
  const unchosen = optionalFeatures().filter(([owner]) => !owners.has(owner));
  const own = [TEMPLATES, ...EXCLUDED, ...unchosen.flatMap(([, { paths }]) => paths)];
  return own.filter((path) => ![...chosen.keys()].some((file) => isWithin(file, path)));
}

function chosenFeatures({ example, clouds, ci }: Answers) {
  const owners = new Set<Owner>([`example:${example}`, ...withShared('clouds', clouds), ...withShared('ci', ci)]);
  return optionalFeatures().filter(([owner]) => owners.has(owner));
}

function withShared(group: GroupName, names: readonly string[]): Owner[] {
  return names.length === 0 ? [] : [`${group}:*`, ...names.map((name): Owner => `${group}:${name}`)];
}
