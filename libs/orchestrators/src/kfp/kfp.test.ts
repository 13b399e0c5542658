import { type PipelineDocument, upstream } from '@ml-platform/pipeline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FEATURES } from '../features.ts';
import { expectedRun } from '../step-functions/testing/expected-run.ts';
import { type CompiledFiles, compile, type Graph } from '../target.ts';
import { documentsWith, meshDocument, stressDocument } from '../testing/documents.ts';
import { kubeflow } from './kubeflow.ts';
import { readKfpGraph } from './read-graph.ts';
import { interpret } from './testing/interpret.ts';
import { readSpec } from './testing/read-spec.ts';
import { KUBEFLOW, VERTEX } from './testing/settings.ts';
import { StepRunner } from './testing/step-runner.ts';
import { vertex } from './vertex.ts';

const TARGETS: readonly [string, (document: PipelineDocument) => CompiledFiles][] = [
  ['Kubeflow', (document) => compile(kubeflow, document, KUBEFLOW, { without: ['disk'] })],
  ['Vertex AI', (document) => compile(vertex, document, VERTEX)],
];

const anyDocument = documentsWith(FEATURES);

/** Runs what was compiled, with these metrics and in this order where there is a choice, and compares with the rule. */
function expectRightRun(
  document: PipelineDocument,
  files: CompiledFiles,
  metricOf: (step: string) => number,
  pick?: (count: number) => number,
): void {
  const runner = new StepRunner(document, metricOf);
  const { started } = interpret(readSpec(files).spec, {}, runner.run, pick ? { pick } : {});
  expect(new Set(runner.ran)).toEqual(expectedRun(document, metricOf));
  for (const step of document.steps.filter(({ name }) => started.includes(name))) {
    const before = started.slice(0, started.indexOf(step.name));
    expect(before, step.name).toEqual(expect.arrayContaining(upstream(step)));
  }
}

function expectSameGraph(document: PipelineDocument, graph: Graph): void {
  const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
  const { steps } = document;
  expect(sorted(graph.steps)).toEqual(sorted(steps.map(({ name }) => name)));
  expect(sorted(graph.edges)).toEqual(
    sorted(steps.flatMap((step) => upstream(step).map((before) => [before, step.name]))),
  );
  const gated = steps.filter(({ when = [] }) => when.length > 0);
  expect(sorted(graph.gated)).toEqual(sorted(gated.map(({ name }) => name)));
}

test.each(TARGETS)('%s: any pipeline runs what the rule says, each step after what it needs', (_, compiled) => {
  const metrics = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 });
  const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(anyDocument, metrics, choices, (document, values, picks) => {
      let at = 0;
      const pick = () => picks[at++ % picks.length] ?? 0;
      expectRightRun(document, compiled(document), (step) => values[Number(step.slice(5))] ?? 0, pick);
    }),
  );
});

test.each(TARGETS)('%s: any pipeline reads back as it was', (_, compiled) => {
  fc.assert(
    fc.property(anyDocument, (document) => expectSameGraph(document, readKfpGraph(compiled(document)))),
    { numRuns: 50 },
  );
});

test.each(TARGETS)(
  '%s: 40 steps with gates within gates, and side by side, run what the rule says',
  async (_, compiled) => {
    const [mesh, stress] = [meshDocument(), await stressDocument()];
    for (const document of [mesh, stress]) expectSameGraph(document, readKfpGraph(compiled(document)));
    for (const level of [0, 1, 2, 3]) {
      expectRightRun(mesh, compiled(mesh), (step) => (Number(step.slice(5)) * (level + 1)) % 4);
      expectRightRun(stress, compiled(stress), (step) => (level + step.length) % 3);
    }
  },
);

test('the interpreter sees what the libraries of KFP miss: references to nothing, and tasks that do not wait', () => {
  const document = meshDocument();
  const { spec } = readSpec(compile(kubeflow, document, KUBEFLOW));
  const run = (changed: string) => () =>
    interpret(JSON.parse(changed), {}, new StepRunner(document, () => 1).run, { pick: (count) => count - 1 });
  const text = JSON.stringify(spec);
  expect(run(text)).not.toThrow();
  expect(run(text.replace('"name":"comp-step-1"', '"name":"comp-step-99"'))).toThrow('there is no comp-step-99');
  expect(run(text.replaceAll('"dependentTasks"', '"ignored"'))).toThrow('skipped, or not waited for');
  expect(run(text.replaceAll('"componentInputArtifact":"step-0', '"componentInputArtifact":"step-99'))).toThrow(
    'handed on',
  );
});
