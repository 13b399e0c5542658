import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { CHANGED, type StepProject, STEPS } from './graph.ts';
import { writeFiles } from '../write-files.ts';

const PACKAGE = 'ten_steps';

/** The ten steps as nodes of a kedro project made in `folder`, with their results in JSON files. */
export function writeKedroProject(folder: string, env: NodeJS.ProcessEnv): StepProject & { readonly home: string } {
  const answers = ['--tools', 'none', '--example', 'n', '--telemetry', 'no'];
  runCommand('kedro', ['new', '--name', PACKAGE, ...answers], { cwd: folder, env });
  const home = join(folder, PACKAGE.replaceAll('_', '-'));
  const nodes = STEPS.map(([name]) => [`src/${PACKAGE}/steps/${name}.py`, nodeCode(name)] as const);
  writeFiles(home, {
    ...Object.fromEntries(nodes),
    [`src/${PACKAGE}/steps/__init__.py`]: '',
    [`src/${PACKAGE}/pipeline_registry.py`]: registry(),
    'conf/base/catalog.yml': JSON.stringify(catalog()),
  });
  return { home, changedFile: join(home, `src/${PACKAGE}/steps/${CHANGED}.py`), result: join(home, 'data/ten.json') };
}

function nodeCode(name: string): string {
  return `def ${name}(*lists):
    numbers = [number for numbers in lists for number in numbers]
    return [*numbers, 1]
`;
}

function registry(): string {
  const imports = STEPS.map(([name]) => `from .steps.${name} import ${name}\n`);
  const nodes = STEPS.map(([name, from]) => {
    const inputs = from.map((other) => `"${other}_numbers"`).join(', ');
    return `node(${name}, [${inputs}], "${name}_numbers", name="${name}")`;
  });
  return `from kedro.pipeline import Pipeline, node

${imports.join('')}

def register_pipelines():
    return {"__default__": Pipeline([${nodes.join(', ')}])}
`;
}

function catalog(): object {
  const entries = STEPS.map(([name]) => [
    `${name}_numbers`,
    { type: 'json.JSONDataset', filepath: `data/${name}.json` },
  ]);
  return Object.fromEntries(entries);
}
