import { checkNameIsFree } from '../render/name-is-free.ts';
import { render } from '../render/render.ts';
import type { Template } from '../template/template.ts';
import { checkIsFresh, inspectTarget, type Target } from '../write/target.ts';
import { type Chosen, chooseAnswers } from './choose-answers.ts';
import type { CreateOptions } from './command-line.ts';
import { makeProject } from './make-project.ts';
import { print } from './print.ts';
import { listing, nextSteps, type Report, reportOn } from './report.ts';

/** Makes a project in `cwd` and says what was made. */
export async function createCommand(template: Template, options: CreateOptions, cwd: string): Promise<void> {
  const chosen = await chooseAnswers(options, cwd);
  if (!chosen) {
    process.exitCode = 130;
    return;
  }
  checkNameIsFree(template, chosen.answers.name);
  const target = inspectTarget(cwd, chosen.folder);
  const report = options.dryRun
    ? rehearse(template, chosen, target)
    : await makeProject({ template, chosen, target, options });
  if (options.json) print(`${JSON.stringify(report, null, 2)}\n`);
  else print(options.dryRun ? listing(report) : nextSteps(report, cwd));
}

function rehearse(template: Template, { answers, folder, folderName }: Chosen, target: Target): Report {
  if (target.kind === 'inPlace') checkIsFresh(folder, folderName, target.existing);
  const outcome = { git: { state: 'skipped' }, install: 'skipped', dryRun: true } as const;
  return reportOn({ template, answers, target, tree: render(template, answers), ...outcome });
}
