import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_FILE, type BundleFile, codeIdentity } from '../closure/code-identity.ts';
import { importClosure } from '../closure/import-closure.ts';
import type { PipelineDocument } from '../document/document.ts';
import { toDocument } from '../document/to-document.ts';
import { loadPipeline } from '../runner/load-pipeline.ts';
import { toPosix } from '../workspace/to-posix.ts';
import type { Parts } from './bundle.ts';
import { command } from './command.ts';

const LIBRARY = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = /\.[cm]?[jt]sx?$/;

/** A pipeline's steps: the step runner, the pipeline's modules, and beside them the files that they read. */
export async function pipelineParts(project: string, workspace: string): Promise<Parts> {
  const file = join(project, 'src/pipeline.ts');
  const document = toDocument(await loadPipeline(file));
  const at = (path: string) => toPosix(relative(workspace, path));
  const files = [...filesOf(document, project, workspace), ...globSync(join(LIBRARY, 'python/*.py'))];
  const code = Object.fromEntries(document.steps.map((step) => [step.name, codeIdentity(step, project)]));
  const compiled = `${at(project)}/src/pipeline.js`;
  return {
    entries: {
      pipeline: file,
      'run-step': join(LIBRARY, 'bin/run-step.mjs'),
      lambda: join(LIBRARY, 'src/lambda/handler.ts'),
    },
    files: {
      ...Object.fromEntries(files.map((path) => [at(path), readFileSync(path)])),
      ...command('run-step', 'run-step'),
      // SageMaker calls the image of a tuning job with this one word.
      ...command('train', 'run-step', ['train']),
      [compiled]: `export { default } from '${toPosix(relative(dirname(compiled), 'lib/pipeline.js'))}';\n`,
      [`${at(project)}/package.json`]: json({ name: document.name, private: true, type: 'module' }),
      [`${at(project)}/${BUNDLE_FILE}`]: json({ code } satisfies BundleFile),
    },
  };
}

/** SQL, Python modules, the Python lock, parameters. */
function filesOf({ steps }: PipelineDocument, project: string, workspace: string): string[] {
  const scripts = steps.flatMap(({ runner }) =>
    runner.language === 'python' ? [runner.module, runner.requirements] : [],
  );
  const entries = ['src/pipeline.ts', ...scripts].map((path) => join(project, path)).filter(existsSync);
  const { files } = importClosure(entries, workspace);
  return [...files.filter((path) => !SCRIPT.test(path)), ...globSync(join(project, 'params*.yaml'))];
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
