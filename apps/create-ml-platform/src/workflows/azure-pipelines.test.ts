import { describe, expect, test } from 'vitest';
import { mappingsIn, parametersOf, readPipeline, scriptsIn, templatesIn } from './azure-pipelines.ts';
import { ciFiles, CLOUDS } from './lay-out.ts';

const projects = CLOUDS.map((clouds) => ({
  whose: ['a project', ...clouds].join(' on '),
  documents: new Map([...ciFiles('azure-devops', clouds)].map(([path, text]) => [path, readPipeline(text)])),
}));

/**
 * The inputs that the tasks have which Microsoft's schema doesn't know, of others' extensions:
 * https://docs.aws.amazon.com/vsts/latest/userguide/awsshell.html
 */
const TASKS: Readonly<Record<string, readonly string[]>> = {
  'AWSShellScript@1': [
    'arguments',
    'awsCredentials',
    'disableAutoCwd',
    'failOnStandardError',
    'filePath',
    'inlineScript',
    'regionName',
    'scriptType',
    'workingDirectory',
  ],
};

describe.each(projects)('pipelines of $whose', ({ documents }) => {
  test('a template that is used is there, and gets the parameters that it has', () => {
    const uses = [...documents].flatMap(([file, document]) => templatesIn(document, file));
    expect(uses.length).toBeGreaterThan(15);
    for (const { path, parameters } of uses) {
      const declared = parametersOf(documents.get(path) ?? expect.fail(`there is no ${path}`));
      expect([path, parameters.filter((name) => !declared.has(name))]).toEqual([path, []]);
      const needed = [...declared].filter(([, isNeeded]) => isNeeded).map(([name]) => name);
      expect([path, needed.filter((name) => !parameters.includes(name))]).toEqual([path, []]);
    }
    const reached = new Set(['azure-pipelines.yml', ...uses.map(({ path }) => path)]);
    expect([...documents.keys()].filter((path) => !reached.has(path))).toEqual([]);
  });

  test('what a person types is no part of a command', () => {
    const fixed = ['script', 'file'].map((name) => `\${{ parameters.${name} }}`);
    for (const [file, document] of documents) {
      const written = scriptsIn(document).map((script) =>
        fixed.reduce((left, own) => left.replaceAll(own, ''), script),
      );
      expect([file, written.filter((script) => script.includes('${{'))]).toEqual([file, []]);
    }
  });

  test('every job ends in time', () => {
    for (const [file, document] of documents) {
      const jobs = mappingsIn(document).filter((mapping) => 'job' in mapping || 'deployment' in mapping);
      for (const job of jobs)
        expect([file, job]).toEqual([
          file,
          expect.objectContaining({ timeoutInMinutes: expect.stringMatching(/^\d+$/) }),
        ]);
    }
  });

  test('a pull request from a fork reaches no cloud', () => {
    const isInCloud = (one: unknown) => templatesIn(one, 'x/y.yml').some(({ path }) => path.endsWith('in-cloud.yml'));
    const check = documents.get('.azure/stages/check.yml');
    const jobs = mappingsIn(check).filter((mapping) => 'job' in mapping && isInCloud(mapping));
    expect(jobs.map(({ condition }) => condition)).toEqual([
      expect.stringContaining("ne(variables['System.PullRequest.IsFork'], 'True')"),
    ]);
    // All other stages run by the clock, by hand, or after a merge: their condition comes from the pipeline.
    const stages = mappingsIn(documents.get('azure-pipelines.yml')).filter(({ template }) => template !== undefined);
    for (const { template, parameters } of stages) {
      const { condition } = parameters as { condition: string };
      const isClosed =
        /IsFork'\], 'True'|ne\(variables\['Build\.Reason'\], 'PullRequest'\)|eq\(variables\['task'\], '(?!change')/;
      if (template !== '.azure/stages/check.yml')
        expect([template, condition]).toEqual([template, expect.stringMatching(isClosed)]);
    }
  });

  test('a task of an extension has the inputs that it has', () => {
    for (const { task, inputs } of [...documents.values()].flatMap(mappingsIn)) {
      const known = TASKS[String(task)];
      if (known) expect(Object.keys(inputs as object).filter((name) => !known.includes(name))).toEqual([]);
    }
  });
});
