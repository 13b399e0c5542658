import { type DvcSettings, dvcFiles } from '@ml-platform/pipeline';
import { parse } from 'yaml';
import { z } from 'zod';
import { type CompiledFiles, fileOf, type Graph, type Target } from '../target.ts';

const FILE = 'dvc.yaml';

/**
 * DVC: a stage per step, its folder of artifacts as the one output, so that a step that a gate skipped has one as well.
 * Format: doc.dvc.org, dvc.yaml files.
 */
export const dvc: Target<DvcSettings> = {
  name: 'dvc',
  title: 'DVC',
  features: {
    params: { by: 'engine', how: 'params.yaml, by step' },
    gates: { by: 'runner', how: 'a step whose gate says no leaves a marker' },
    loop: { by: 'runner', how: 'one stage that loops inside' },
    tune: { by: 'runner', how: 'one stage that tries one after the other' },
    after: { by: 'engine', how: 'a dependency on the folder of the other step' },
    retry: { by: 'runner', how: 'the step is run again inside its stage' },
    timeout: { by: 'runner', how: 'the step is stopped' },
    cpu: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    memory: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    disk: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    accelerator: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    spot: { by: 'nobody', how: 'a stage gets the machine that it is started on' },
    uncached: { by: 'engine', how: 'always_changed' },
    schedule: { by: 'nobody', how: 'somebody has to start it' },
    labels: { by: 'engine', how: 'meta' },
  },
  compile: dvcFiles,
  readGraph,
};

/** A path, or a path with what DVC does with it. */
const out = z.union([
  z.string(),
  z.record(z.string(), z.unknown()).transform((settings) => Object.keys(settings)[0] ?? ''),
]);
const dvcYaml = z.object({
  stages: z.record(z.string(), z.object({ deps: z.array(z.string()), outs: z.array(out) })),
});

/** A gate is the runner's, inside a stage: DVC's document shows none. */
function readGraph(files: CompiledFiles): Graph {
  const { stages } = dvcYaml.parse(parse(fileOf(files, FILE)));
  const makers = new Map(Object.entries(stages).flatMap(([name, { outs }]) => outs.map((out) => [out, name] as const)));
  const edges = Object.entries(stages).flatMap(([name, { deps }]) =>
    deps.flatMap((dep): [string, string][] => {
      const maker = makers.get(dep);
      return maker === undefined ? [] : [[maker, name]];
    }),
  );
  return { steps: Object.keys(stages), edges, gated: [] };
}
