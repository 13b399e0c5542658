import type { GraphStep } from './graph.ts';

type Steps = readonly GraphStep[];

export function makefile(steps: Steps): string {
  const result = (name: string) => `results/${name}`;
  const rules = steps.map(({ name, from }) => `${result(name)}: ${from.map(result).join(' ')}\n\t@echo 0 > $@\n`);
  return `all: ${steps.map(({ name }) => result(name)).join(' ')}\n${rules.join('')}`;
}

export function dvcStages(steps: Steps): object {
  const result = (name: string) => `results/${name}`;
  const stages = steps.map(({ name, from }) => {
    return [name, { cmd: `echo 0 > ${result(name)}`, deps: from.map(result), outs: [result(name)] }];
  });
  return Object.fromEntries(stages);
}

export function kedroRegistry(steps: Steps): string {
  const nodes = steps.map(({ name, from }) => {
    return `        node(no_op, ${JSON.stringify(from)}, "${name}", name="run_${name}"),\n`;
  });
  return `from kedro.pipeline import Pipeline, node


def no_op(*results):
    return 0


def register_pipelines():
    return {"__default__": Pipeline([
${nodes.join('')}    ])}
`;
}

export function kedroCatalog(steps: Steps): object {
  return Object.fromEntries(
    steps.map(({ name }) => [name, { type: 'json.JSONDataset', filepath: `data/results/${name}.json` }]),
  );
}

export function prefectFlow(steps: Steps): string {
  const calls = steps.map(({ name, from }) => `    ${name} = no_op.submit(${from.join(', ')})\n`);
  return `from prefect import flow, task
from prefect.futures import wait


@task
def no_op(*results):
    return 0


@flow
def no_ops():
${calls.join('')}    wait([${steps.map(({ name }) => name).join(', ')}])


if __name__ == "__main__":
    no_ops()
`;
}

export function airflowDag(steps: Steps): string {
  const tasks = steps.map(({ name, from }) => {
    const after = from.length === 0 ? '' : `    [${from.join(', ')}] >> ${name}\n`;
    return `    ${name} = PythonOperator(task_id="${name}", python_callable=no_op)\n${after}`;
  });
  return `from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def no_op():
    pass


with DAG("no_ops", schedule=None):
${tasks.join('')}`;
}
