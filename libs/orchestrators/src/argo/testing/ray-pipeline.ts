import { checkDocument, type PipelineDocument } from '@ml-platform/pipeline';
import { parse } from 'yaml';

/** A step on Ray that asks for all that it may, and one behind a gate on its metric. */
export function rayPipeline(): PipelineDocument {
  const train = {
    name: 'train',
    runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt', on: 'ray' },
    paramsKey: 'train',
    inputs: {},
    outputs: { quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc'] } },
    resources: { cpu: 4, memory: '16Gi', accelerator: { type: 'nvidia-t4', count: 1 } },
    retry: { attempts: 3 },
    timeout: '2h',
    spot: true,
  };
  const register = {
    name: 'register',
    runner: { language: 'typescript', module: 'src/register.ts' },
    paramsKey: 'register',
    inputs: {},
    outputs: {},
    when: [{ metric: { step: 'train', output: 'quality', name: 'auc' }, operator: '>=', bound: 0.7 }],
  };
  return checkDocument({ version: '1.0', name: 'sales', params: {}, steps: [train, register] });
}

/** The RayJob in a template, with the run's parameters where Argo puts them. */
export function manifestOf(template: { resource: { manifest: string } }, params = '{}') {
  // Of Argo's expressions: the value as JSON, in place of all between the braces.
  const filled = template.resource.manifest.replaceAll('{{=toJson(workflow.parameters.params)}}', () =>
    JSON.stringify(params),
  );
  return parse(filled);
}
