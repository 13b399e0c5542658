import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPipeline } from './azure-pipelines.ts';
import { ciFiles } from './lay-out.ts';
import { runAzureStep } from './run-azure-step.ts';
import { type ScratchRepository, scratchRepository } from './scratch-repository.ts';
import { type StandInCommands, standInCommands } from './stand-in-commands.ts';

const FILES = ciFiles('azure-devops', ['aws']);
const QUIET = Object.fromEntries(['npx', 'npm', 'az', 'pulumi', 'aws', 'docker', 'syft'].map((name) => [name, '']));
const VARIABLES = {
  AWS_REGION: 'eu-central-1',
  BUILD_DEFINITIONNAME: 'acme',
  BUILD_REPOSITORY_ID: 'repository',
  MODEL: 'flights',
  PULUMI_BACKEND_URL: 's3://states',
  SIGNING_KEY: 'arn:key',
  SYSTEM_ACCESSTOKEN: 'token',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
  SYSTEM_PULLREQUEST_PULLREQUESTID: '7',
  SYSTEM_TEAMPROJECT: 'ML platform',
};

const PARAMETERS = {
  environment: 'dev',
  'parameters.branch': 'changeset-release/main',
  'parameters.title': 'chore: versions',
};

let repository: ScratchRepository;
let commands: StandInCommands;
beforeEach(() => {
  repository = scratchRepository(new Map([['.changeset/README.md', 'what they are']]));
  commands = standInCommands(QUIET);
});
afterEach(() => {
  repository.remove();
  commands.remove();
});

/** Makes commands do what is said from now on; those that aren't named succeed, and say nothing. */
function standIn(scripts: Readonly<Record<string, string>> = {}): void {
  commands.remove();
  commands = standInCommands({ ...QUIET, ...scripts });
}

/** Runs a step of a file below .azure. */
async function run(file: string, displayName: string, variables: Readonly<Record<string, string>> = {}) {
  const document = readPipeline(FILES.get(`.azure/${file}.yml`) ?? '');
  const folders = ['AGENT_TEMPDIRECTORY', 'BUILD_ARTIFACTSTAGINGDIRECTORY', 'PIPELINE_WORKSPACE'].map((name) => {
    const folder = join(state(), name.toLowerCase());
    mkdirSync(folder, { recursive: true });
    return [name, folder] as const;
  });
  const all = { ...VARIABLES, ...Object.fromEntries(folders), ...commands.env, ...variables };
  return runAzureStep(document, { displayName, workspace: repository.clone, variables: all, parameters: PARAMETERS });
}

const state = () => commands.env.STATE ?? '';
const calls = (...names: string[]) => commands.calls().filter((call) => names.includes(call.split(' ')[0] ?? ''));

describe('versions', () => {
  /** Gives a version one tag, which takes the name of who made it. */
  const npx = `if [[ $* == 'changeset git-tag' ]]; then git tag serving@0.2.0 -m serving@0.2.0; fi`;

  test('while there are changesets, they come as a pull request', async () => {
    repository.push('feat: more', new Map([['.changeset/one.md', 'more']]));
    standIn({ npm: `if [ "$2" = release:version ]; then rm .changeset/one.md; echo 2 > version; fi`, npx });
    expect(await run('stages/versions', 'versions, or tags')).toMatchObject({ exitCode: 0 });
    expect(await run('steps/pull-request', 'the pull request')).toMatchObject({ exitCode: 0 });
    repository.git('fetch', '--quiet');
    expect(repository.git('show', 'origin/changeset-release/main:version')).toBe('2');
    expect(calls('az').at(-1)).toContain('az repos pr create --detect true --source-branch changeset-release/main');
    expect(repository.git('tag')).toBe('');
  });

  test('without, each version gets its tag', async () => {
    standIn({ npx });
    expect(await run('stages/versions', 'versions, or tags')).toMatchObject({ exitCode: 0 });
    expect(repository.git('ls-remote', '--tags', 'origin')).toContain('refs/tags/serving@0.2.0');
    expect(calls('npm')).toEqual([]);
  });
});

describe('the stack of a pull request', () => {
  /** Labels by the number of a pull request; 4 is none that can be told. */
  const AZ = `case "$*" in
  *'pr show'*'--id 4 '*) exit 1 ;;
  *'pr show'*'--id 2 '*) echo completed ;;
  *'pr show'*) echo active ;;
  *pullRequestId=3*) echo preview-later ;;
  *pullRequestId=*) printf 'urgent\\npreview\\n' ;;
esac`;

  test('is asked for by its label alone', async () => {
    standIn({ az: AZ });
    const set = '##vso[task.setvariable variable=preview;isOutput=true]true';
    expect(await run('stages/preview-env', 'labels')).toEqual({ exitCode: 0, log: set });
    expect(calls('az')).toEqual([
      'az devops invoke --area git --resource pullRequestLabels --api-version 7.1 --organization https://dev.azure.com/acme/ ' +
        '--route-parameters project=ML platform repositoryId=repository pullRequestId=7 --query value[].name --output tsv',
    ]);
    const other = { SYSTEM_PULLREQUEST_PULLREQUESTID: '3' };
    expect(await run('stages/preview-env', 'labels', other)).toEqual({ exitCode: 0, log: '' });
  });

  test('is what the pull request says', async () => {
    expect(await run('stages/preview-env', 'up')).toMatchObject({ exitCode: 0 });
    expect(calls('npx', 'pulumi').map((call) => call.split(' --markdown')[0])).toEqual([
      'pulumi login s3://states',
      'npx nx generate stack pr-7',
      'pulumi stack select pr-7 --create --cwd infra/aws --secrets-provider awskms://alias/pulumi-dev?region=eu-central-1',
      'npx nx run infra-aws:preview --env pr-7',
      'npx nx run infra-aws:up --env pr-7 --yes',
    ]);
  });

  const listed = (...names: string[]) => {
    return `if [ "$1 $2" = 'stack ls' ]; then echo '${JSON.stringify(names.map((name) => ({ name })))}'; fi`;
  };

  test('goes once the pull request is closed or has no label; one of which nothing is known stays', async () => {
    standIn({ az: AZ, pulumi: listed('dev', 'pr-1', 'pr-2', 'organization/acme/pr-3') });
    expect(await run('stages/preview-env-down', 'down')).toMatchObject({ exitCode: 0 });
    expect(calls('npx', 'pulumi').slice(2)).toEqual(
      ['pr-2', 'pr-3'].flatMap((stack) => [
        `npx nx generate stack ${stack}`,
        `npx nx run infra-aws:destroy --env ${stack} --yes`,
        `pulumi stack rm ${stack} --cwd infra/aws --yes`,
      ]),
    );
    standIn({ az: AZ, pulumi: listed('pr-4', 'pr-2') });
    expect(await run('stages/preview-env-down', 'down')).toMatchObject({ exitCode: 1 });
    expect(calls('npx').map((call) => call.split(' ').at(-1))).toEqual(['pr-2', '--yes']);
  });

  test('is kept in the state until all of it is gone', async () => {
    standIn({ az: AZ, pulumi: listed('pr-2'), npx: '[[ $* != *destroy* ]]' });
    expect(await run('stages/preview-env-down', 'down')).toMatchObject({ exitCode: 1 });
    expect(calls('pulumi').some((call) => call.includes('stack rm'))).toBe(false);
    standIn({ az: AZ });
    expect((await run('stages/preview-env-down', 'down')).exitCode).not.toBe(0);
  });
});

describe('deploy', () => {
  const ECR = '111111111111.dkr.ecr.eu-central-1.amazonaws.com/acme-dev/model-server';
  const DIGEST = `sha256:${'d'.repeat(64)}`;
  const SCRIPTS = {
    npx: `if [[ $* == 'platform release create'* ]]; then echo '{}' > "$BUILD_ARTIFACTSTAGINGDIRECTORY/release.json"; fi`,
    docker: `if [[ $* == *type=oci* ]]; then echo image > "$BUILD_ARTIFACTSTAGINGDIRECTORY/image.tar"; fi`,
    skopeo: `case "$*" in inspect*docker://*) exit 1 ;; inspect*) echo ${DIGEST} ;; esac`,
    syft: `echo '{}' > "\${@: -1}"; echo '{}' > sbom.spdx.json`,
    grype: '',
    cosign: `case "$1" in
  sign-blob) cp "$2" "$STATE/signed"; touch SHA256SUMS.sigstore.json ;;
  verify-blob) cmp --silent "$2" "$STATE/signed" ;;
esac`,
    pulumi: `if [ "$1 $2" = 'stack output' ]; then echo '{"model-server":{"url":"${ECR}"}}'; fi`,
  };
  const artifact = () => join(state(), 'build_artifactstagingdirectory');
  const build = async (variables = {}) => {
    const codes: unknown[] = [];
    for (const name of ['build the image, once', 'list its contents, and scan them', 'sign']) {
      const { exitCode } = await run('stages/deploy', name, variables);
      codes.push(exitCode);
      if (exitCode !== 0) break;
    }
    return codes;
  };
  /** What is built is the run's artifact, which a deploy finds below its workspace. */
  const deploy = (change: (artifact: string) => void = () => undefined) => {
    change(artifact());
    symlinkSync(artifact(), join(state(), 'pipeline_workspace/release'));
    return run('stages/deploy', 'deploy');
  };

  test('what was built is scanned, signed with its contents, and deployed once that was verified', async () => {
    standIn(SCRIPTS);
    expect(await build()).toEqual([0, 0, 0]);
    const sums = readFileSync(join(artifact(), 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(sums.map((line) => line.split(/ +/)[1])).toEqual(['image.tar', 'release.json', 'sbom.spdx.json']);
    expect(calls('syft', 'grype')).toEqual([
      'syft scan oci-archive:image.tar --source-name model-server --output spdx-json=sbom.spdx.json',
      'grype sbom:sbom.spdx.json --fail-on high --only-fixed --output table',
    ]);
    expect(await deploy()).toMatchObject({ exitCode: 0 });
    const [, sign = '', verify = ''] = calls('cosign');
    expect(sign).toMatch(/^cosign sign-blob SHA256SUMS --yes --key awskms:\/\/\/arn:key --signing-config /);
    expect(verify).toBe(
      'cosign verify-blob SHA256SUMS --key awskms:///arn:key --bundle SHA256SUMS.sigstore.json --insecure-ignore-tlog',
    );
    expect(calls('skopeo').at(-1)).toContain(`docker://${ECR}:${'d'.repeat(64)}`);
    expect(calls('npx').at(-1)).toContain('npx platform deploy --env dev --release ');
  });

  test('what has a hole with a fix is not signed', async () => {
    standIn({ ...SCRIPTS, grype: 'exit 2' });
    expect(await build()).toEqual([0, 2]);
    expect(calls('cosign')).toEqual([]);
  });

  test.each(['image.tar', 'release.json', 'sbom.spdx.json', 'SHA256SUMS'])(
    'where %s is not what was signed, nothing is deployed',
    async (file) => {
      standIn(SCRIPTS);
      expect(await build()).toEqual([0, 0, 0]);
      const ran = await deploy((folder) => writeFileSync(join(folder, file), 'other\n', { flag: 'a' }));
      expect(ran.exitCode).not.toBe(0);
      expect(calls('npx').some((call) => call.includes('platform deploy'))).toBe(false);
      expect(calls('skopeo').some((call) => call.includes(' copy '))).toBe(false);
    },
  );

  test('without the key nothing is signed; it is said where it belongs', async () => {
    standIn(SCRIPTS);
    expect(await build()).toEqual([0, 0, 0]);
    const { exitCode, log } = await run('stages/deploy', 'sign', { SIGNING_KEY: '' });
    expect(exitCode).not.toBe(0);
    expect(log).toContain('SIGNING_KEY: is missing in the group platform');
  });

  test('without a model there is nothing to sign, and the stack is brought up to date', async () => {
    standIn(SCRIPTS);
    expect(await build({ MODEL: '' })).toEqual([0, 0, 0]);
    expect(calls('syft', 'cosign')).toEqual([]);
    expect(await deploy()).toMatchObject({ exitCode: 0 });
    expect(calls('npx')).toEqual(['npx nx run infra-aws:up --env dev --yes']);
  });
});
