import { checkDocument, type PipelineDocument } from '@ml-platform/pipeline';

const metricOf = (name: string) => ({ step: 'train', output: 'quality', name });

/** A step that asks for everything, one behind its gate, and one that only comes after both. */
export function sales(train: object = {}, more: object = {}): PipelineDocument {
  const run = { language: 'typescript', module: 'src/step.ts' };
  return checkDocument({
    version: '1.0',
    name: 'sales',
    params: { train: { type: 'object', properties: { trials: { type: 'integer', default: 20 } } } },
    steps: [
      {
        name: 'train',
        runner: { language: 'python', module: 'src/train.py', requirements: 'requirements.txt' },
        paramsKey: 'train',
        inputs: {},
        outputs: {
          model: { kind: 'onnx-model', path: 'model', directory: true },
          quality: { kind: 'metrics', path: 'quality.json', metrics: ['auc', 'log.loss'] },
        },
        retry: { attempts: 3, backoff: '1m', factor: 1.5 },
        ...train,
      },
      {
        name: 'register',
        runner: run,
        paramsKey: 'register',
        inputs: { model: { kind: 'onnx-model', from: [{ step: 'train', output: 'model' }] } },
        outputs: { page: { kind: 'report', path: 'page.html' } },
        when: [
          { metric: metricOf('auc'), operator: '>=', bound: 0.7 },
          { metric: metricOf('log.loss'), operator: '<', bound: 1 },
        ],
        cache: false,
      },
      { name: 'notify', runner: run, paramsKey: 'notify', inputs: {}, outputs: {}, after: ['train', 'register'] },
    ],
    ...more,
  });
}
