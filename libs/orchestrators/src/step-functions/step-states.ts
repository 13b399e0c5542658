import { type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { call, type Exit, keyPath, type States } from './asl.ts';
import { type Job, jobOf } from './job.ts';
import { outputFile, readJson } from './read-json.ts';
import type { StepFunctionsSettings } from './settings.ts';
import { taskState } from './task-state.ts';

interface Place {
  /** It may be skipped as well, so it leaves a flag that it ran. */
  readonly noted: boolean;
  readonly exit: Exit;
}

const DONE = { ResultSelector: { done: true } };

/** The state that a step begins with. */
export function startOf(step: StepDocument, settings: StepFunctionsSettings): string {
  return isMapped(step, settings) ? names(step).list : step.name;
}

/**
 * The states of a step: that of its job, which has the step's name. A loop's job looks whether all items are there;
 * before it are the list, and the Map of a job per item.
 */
export function stepStates(
  document: PipelineDocument,
  step: StepDocument,
  settings: StepFunctionsSettings,
  { noted, exit }: Place,
): States {
  const needed = upstream(step);
  const mapped = isMapped(step, settings);
  const job = mapped ? collecting(document, step, settings) : jobOf(document, step, settings);
  const result = {
    ...(needed.length > 0 && { Comment: `after ${needed.join(', ')}` }),
    ...(noted ? { ...DONE, ResultPath: keyPath('$.ran', step.name) } : { ResultPath: null }),
  };
  return {
    ...(mapped && itemStates(document, step, settings)),
    [step.name]: taskState(job, result, exit),
  };
}

function isMapped({ forEach }: StepDocument, { fanOut }: StepFunctionsSettings): boolean {
  return forEach !== undefined && fanOut === 'map';
}

function names({ name }: StepDocument) {
  return { list: `${name}: list`, items: `${name}: items`, item: `${name}: item` };
}

/** Items leave next to nothing in a state's data, and in the place of their list: it has 256 KiB for all of it. */
function itemStates(document: PipelineDocument, step: StepDocument, settings: StepFunctionsSettings): States {
  const { forEach, ...alone } = step;
  if (forEach === undefined) return {};
  const { list, items, item } = names(step);
  const job = jobOf(document, alone, settings, [`'--item'`, '$.item']);
  return {
    [list]: readJson(outputFile(document, forEach.from), '$.list', settings, items),
    [items]: {
      Type: 'Map',
      ItemsPath: '$.list.json',
      ItemSelector: { 'item.$': call('Format', `'{}'`, '$$.Map.Item.Index'), 'params.$': '$.params' },
      MaxConcurrency: settings.concurrency,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: item,
        States: { [item]: taskState(job, DONE, { End: true }) },
      },
      ...DONE,
      ResultPath: '$.list',
      Next: step.name,
    },
  };
}

/** It only looks: what the items ask for is not for it. */
function collecting(document: PipelineDocument, step: StepDocument, settings: StepFunctionsSettings): Job {
  const { resources: _resources, spot: _spot, timeout: _timeout, ...looking } = step;
  const { instance: _instance, ...own } = { instance: '', ...settings.steps?.[step.name] };
  const steps = { ...settings.steps, ...('on' in own && { [step.name]: own }) };
  return jobOf(document, looking, { ...settings, steps }, [`'--collect'`]);
}
