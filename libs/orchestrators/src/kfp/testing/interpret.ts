import type { Component, PipelineSpec, Task } from '../ir.ts';

type Values = ReadonlyMap<string, unknown>;

/** What a DAG or a container is given, or what a task left. */
export interface Bindings {
  readonly artifacts: Values;
  readonly parameters: Values;
}

/** A container that starts, its placeholders filled in: artifacts are places, output parameters files. */
export interface Start {
  readonly task: string;
  readonly args: readonly string[];
  /** Leaves an artifact at a place, or a number in a file. */
  readonly write: (place: string, value: unknown) => void;
  readonly read: (place: string) => unknown;
}

export interface Interpreted {
  /** Tasks that are containers, in the order in which they started. */
  readonly started: readonly string[];
  /** Sub-DAGs whose condition said no. */
  readonly skipped: readonly string[];
}

interface InterpreterOptions {
  /** Which of so many tasks comes next. */
  readonly pick?: (count: number) => number;
  readonly folder?: string;
}

/**
 * Runs a pipeline as its engine would. Whatever the engine leaves open is chosen by `pick`: which of the tasks that wait
 * for nothing more comes next. Reading what isn't there is an error, and so is a number that
 * was not written. Places begin with `folder`.
 */
export function interpret(
  spec: PipelineSpec,
  parameters: Readonly<Record<string, unknown>>,
  run: (start: Start) => void,
  { pick = () => 0, folder = '' }: InterpreterOptions = {},
): Interpreted {
  const store = new Map<string, unknown>();
  const started: string[] = [];
  const skipped: string[] = [];
  const defaults = Object.entries(spec.root.inputDefinitions?.parameters ?? {}).map(
    ([name, { defaultValue }]) => [name, parameters[name] ?? defaultValue] as const,
  );
  const walk = (component: Component, given: Bindings, path: string) => {
    const tasks = component.dag?.tasks ?? {};
    const left = new Map<string, Bindings>();
    const waiting = new Set(Object.keys(tasks));
    while (waiting.size > 0) {
      const ready = [...waiting].filter(
        (name) => tasks[name]?.dependentTasks?.every((other) => left.has(other)) ?? true,
      );
      const name = ready[pick(ready.length) % ready.length];
      const task = tasks[name ?? ''];
      if (name === undefined || task === undefined)
        throw new Error(`${path}: ${[...waiting]} wait for what never ends`);
      waiting.delete(name);
      const inner = spec.components[task.componentRef.name] ?? fail(`there is no ${task.componentRef.name}`);
      const inputs = declared(inner, resolve(task, given, left), `${path}/${name}`);
      if (task.triggerPolicy && !holds(task.triggerPolicy.condition, inputs.parameters)) {
        skipped.push(name);
        continue;
      }
      if (inner.dag) walk(inner, inputs, `${path}/${name}`);
      else left.set(name, container(inner, name, inputs));
    }
  };
  const container = (component: Component, name: string, inputs: Bindings): Bindings => {
    started.push(name);
    const outputs = outputsOf(component, `${folder}/${name}`);
    const { args } = spec.deploymentSpec.executors[component.executorLabel ?? '']?.container ?? fail('no executor');
    run({
      task: name,
      args: args.map((text) => fillIn(text, inputs, outputs)),
      write: (place, value) => store.set(place, value),
      read: (place) => store.get(place) ?? fail(`${name} reads ${place}, which isn't there`),
    });
    const value = (place: unknown) => store.get(String(place)) ?? fail(`${name} did not write ${place}`);
    const numbers = [...outputs.parameters].map(([key, file]) => [key, value(file)] as const);
    return { artifacts: outputs.artifacts, parameters: new Map(numbers) };
  };
  walk(spec.root, { artifacts: new Map(), parameters: new Map(defaults) }, 'root');
  return { started, skipped };
}

function resolve({ inputs = {} }: Task, given: Bindings, left: ReadonlyMap<string, Bindings>): Bindings {
  const from = (kind: keyof Bindings, producer: string, key: string) =>
    left.get(producer)?.[kind].get(key) ?? fail(`${producer} left no ${key}: skipped, or not waited for`);
  const outer = (kind: keyof Bindings, name: string) => given[kind].get(name) ?? fail(`${name} is not handed on`);
  const artifacts = Object.entries(inputs.artifacts ?? {}).map(([name, source]) => {
    if ('componentInputArtifact' in source) return [name, outer('artifacts', source.componentInputArtifact)] as const;
    const { producerTask, outputArtifactKey } = source.taskOutputArtifact;
    return [name, from('artifacts', producerTask, outputArtifactKey)] as const;
  });
  const parameters = Object.entries(inputs.parameters ?? {}).map(([name, source]) => {
    if ('runtimeValue' in source) return [name, source.runtimeValue.constant] as const;
    if ('componentInputParameter' in source)
      return [name, outer('parameters', source.componentInputParameter)] as const;
    const { producerTask, outputParameterKey } = source.taskOutputParameter;
    return [name, from('parameters', producerTask, outputParameterKey)] as const;
  });
  return { artifacts: new Map(artifacts), parameters: new Map(parameters) };
}

/** A component takes exactly what it declares. */
function declared({ inputDefinitions = {} }: Component, inputs: Bindings, where: string): Bindings {
  for (const kind of ['artifacts', 'parameters'] as const) {
    const names = Object.keys(inputDefinitions[kind] ?? {}).sort();
    const given = [...inputs[kind].keys()].sort();
    if (String(names) !== String(given)) fail(`${where} takes ${kind} ${names}, and is given ${given}`);
  }
  return inputs;
}

function outputsOf({ outputDefinitions = {} }: Component, folder: string): Bindings {
  const places = (kind: keyof Bindings) =>
    new Map(Object.keys(outputDefinitions[kind] ?? {}).map((key) => [key, `${folder}/${kind}/${key}`]));
  return { artifacts: places('artifacts'), parameters: places('parameters') };
}

function fillIn(text: string, inputs: Bindings, outputs: Bindings): string {
  return text.replace(/\{\{\$\.(.*?)\}\}/g, (all, path: string) => {
    const [, side, kind, key = '', last] =
      /^(inputs|outputs)\.(artifacts|parameters)\['([^']+)'\](?:\.(.*))?$/.exec(path) ?? fail(`unknown: ${all}`);
    const found = (side === 'inputs' ? inputs : outputs)[kind as keyof Bindings].get(key) ?? fail(`unknown: ${all}`);
    if (kind === 'artifacts') return last === 'path' ? String(found) : fail(`unknown: ${all}`);
    if (side === 'outputs') return last === 'output_file' ? String(found) : fail(`unknown: ${all}`);
    const value = typeof found === 'string' ? found : JSON.stringify(found);
    return last === 'json_escape[0]' ? JSON.stringify(value).slice(1, -1) : value;
  });
}

/** Comparisons of numbers, joined by `&&`. */
function holds(condition: string, parameters: Values): boolean {
  return condition.split(' && ').every((text) => {
    const [left = '', operator = '', right = ''] = text.split(' ');
    const number = (word: string) => {
      const name = /^inputs\.parameter_values\['([^']+)'\]$/.exec(word)?.[1];
      const value = name === undefined ? Number(word) : parameters.get(name);
      return typeof value === 'number' && !Number.isNaN(value) ? value : fail(`${word} is no number in ${condition}`);
    };
    const [one, other] = [number(left), number(right)];
    return (
      { '>=': one >= other, '>': one > other, '<=': one <= other, '<': one < other }[operator] ??
      fail(`unknown: ${condition}`)
    );
  });
}

function fail(message: string): never {
  throw new Error(message);
}
