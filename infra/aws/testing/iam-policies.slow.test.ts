import { fileURLToPath } from 'node:url';
import { type CloudProject, type DeclaredResource, runStack, stackNamesIn } from '@ml-platform/conventions/program';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import bootstrap from '../bootstrap/index.ts';
import { BOOTSTRAP_CONFIG } from '../bootstrap/settings.ts';
import cloud from '../project.ts';
import { awsStandIn } from './stand-in.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const BOOTSTRAP = { config: BOOTSTRAP_CONFIG, program: bootstrap, standIn: awsStandIn };
const ORGANIZATION = { organization: 'acme', organizationId: '6804a3a0-e94c-41ae-9343-c5676fd58375', project: 'ML' };
const PROJECTS: readonly (readonly [CloudProject, string, config?: Readonly<Record<string, unknown>>])[] = [
  [cloud, at('..')],
  [BOOTSTRAP, at('../bootstrap')],
  [BOOTSTRAP, at('../bootstrap'), { repository: undefined, azureDevOps: ORGANIZATION }],
];
const IDENTITY = ['aws:iam/rolePolicy:RolePolicy', 'aws:iam/policy:Policy'];

/** Policies of identities, by the name of what has them. */
async function policies(): Promise<Record<string, unknown>> {
  const found: [string, unknown][] = [];
  for (const [project, folder, config = {}] of PROJECTS) {
    for (const stack of stackNamesIn(folder)) {
      const { resources } = await runStack(project, folder, stack, { config });
      found.push(...resources.filter(({ type }) => IDENTITY.includes(type)).map(documentOf));
    }
  }
  return Object.fromEntries(found);
}

function documentOf({ urn, inputs }: DeclaredResource): [string, unknown] {
  const { policy } = inputs;
  return [urn, typeof policy === 'string' ? JSON.parse(policy) : policy];
}

test('every action that a role has is one of AWS, on a kind of resource that it works on', async () => {
  const documents = await policies();
  expect(Object.keys(documents).length).toBeGreaterThan(20);
  const python = await pythonEnvironment(at('requirements.txt'));
  const { stdout } = await execa(python, ['-W', 'ignore', at('check_policies.py')], {
    input: JSON.stringify(documents),
  });
  expect(JSON.parse(stdout)).toEqual([]);
}, 300_000);

test('an action that is none is found, and one on a thing that it has nothing to do with', async () => {
  const python = await pythonEnvironment(at('requirements.txt'));
  const statement = (Action: string[], Resource: string[]) => ({ Effect: 'Allow', Action, Resource });
  const wrong = statement(['sagemaker:Fly'], ['*']);
  const lost = statement(['s3:GetObject', 'sqs:SendMessage'], ['arn:aws:sqs:eu-central-1:111111111111:jobs']);
  const documents = { wrong: [wrong], lost: [lost] };
  const input = JSON.stringify(
    Object.fromEntries(
      Object.entries(documents).map(([name, Statement]) => [name, { Version: '2012-10-17', Statement }]),
    ),
  );
  const { stdout } = await execa(python, ['-W', 'ignore', at('check_policies.py')], { input });
  expect(JSON.parse(stdout)).toEqual([
    expect.stringContaining('wrong: UNKNOWN_ACTION'),
    expect.stringMatching(/^lost: s3:GetObject works on arn/),
  ]);
});
