import type { Check } from '../check.ts';
import { broken, type Finding, note, ok, skipped } from '../finding.ts';
import { type CheckedPipeline, PATIENCE } from '../machine/pipeline-check.ts';

const COMMAND = 'npx platform check';

/** Definitions, parameters, environments and targets: the project's own code says whether they are right. */
export const configurationCheck: Check = {
  group: 'Configuration',
  title: 'pipelines',
  patience: PATIENCE + 5,
  look: async (machine) => {
    const check = await machine.pipelines();
    if (!check.done) return [skipped('pipelines', check.why)];
    if (check.pipelines.length === 0) return [note('pipelines', 'none yet')];
    return check.pipelines.flatMap((pipeline) => findingsOn(pipeline, machine.folder));
  },
};

function findingsOn({ file, name, steps, targets, problems }: CheckedPipeline, folder: string): Finding[] {
  const what = name ?? file;
  if (problems.length === 0) {
    const on = targets.length > 0 ? `, on ${targets.join(', ')}` : '';
    return [ok(what, `${steps} ${steps === 1 ? 'step' : 'steps'}${on}`)];
  }
  return problems.map(({ message, hint }) => {
    const found = message.replaceAll(`${folder}/`, '').replace(/\s+/g, ' ');
    return broken(what, found, { mend: oneLine(hint) });
  });
}

/** A hint that shows a whole section is read where it was made. */
function oneLine(hint: string): string {
  return hint.includes('\n') ? COMMAND : hint;
}
