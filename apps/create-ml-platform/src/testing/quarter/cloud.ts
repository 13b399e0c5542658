import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hashArtifact } from '@ml-platform/pipeline';
import { installStandIn } from '../../../../platform/src/deploy/testing/install-stand-in.ts';
import type { Image } from '../../../../platform/src/deploy/testing/serve-image.ts';
import { standInGh } from '../../../../platform/src/github/testing/stand-in.ts';
import { standInCommands } from '../../workflows/stand-in-commands.ts';
import type { StandIn } from '../../workflows/workflow-run.ts';
import { shellEnvironment } from '../bake.ts';
import { dvcSettings, EVERYWHERE, LOGIN, SECRETS } from './secrets.ts';

export const STACKS = ['dev', 'staging', 'prod'] as const;

/** What an image does beside serving its model. */
export type Failure = Omit<Image, 'model'>;

/** The clouds of a quarter: GitHub's API, registries of images, stacks whose servers are real, and the logins to all. */
export type Cloud = ReturnType<typeof openCloud>;

/**
 * @param folder For their state.
 * @param installed A project whose packages are installed: what `npm ci` brings.
 */
export function openCloud(folder: string, installed: string) {
  const pulumi = installStandIn(join(folder, 'pulumi'));
  const github = standInGh();
  const commands = standInCommands({ npm: npm(installed), gh: gh(github.folder), docker, cosign, aws });
  const { STATE = '' } = commands.env;
  const outputs = STACKS.map((stack) => [stack, { repositories: { 'model-server': { url: repositoryOf(stack) } } }]);
  writeFileSync(join(folder, 'pulumi/outputs.json'), JSON.stringify(Object.fromEntries(outputs)));
  mkdirSync(join(folder, 'settings/dvc'), { recursive: true });
  writeFileSync(join(folder, 'settings/dvc/config'), dvcSettings());
  const images: Record<string, Image> = {};
  let next: Failure = {};

  const push: StandIn = async ({ workspace, with: { context = '', tags = '' } }) => {
    const digest = `sha256:${await hashArtifact(join(workspace, context))}`;
    const model = join(folder, 'images', digest.slice('sha256:'.length));
    cpSync(join(workspace, context, 'model'), model, { recursive: true });
    images[digest] = { model, logPredictions: join(folder, 'predictions'), ...next };
    pulumi.setImages(images);
    const name = tags.slice(0, tags.lastIndexOf(':'));
    writeFileSync(join(STATE, 'images'), `${name}@${digest}\n`, { flag: 'a' });
    return { digest };
  };
  const login: StandIn = ({ with: given, exportVariable, print }) => {
    for (const name of LOGIN) exportVariable(name, SECRETS[name]);
    exportVariable('AWS_REGION', given['aws-region'] ?? '');
    print(`took on ${given['role-to-assume']}\n`);
  };
  return {
    predictions: join(folder, 'predictions'),
    env: {
      ...Object.fromEntries(EVERYWHERE.map((name) => [name, SECRETS[name]])),
      XDG_CONFIG_HOME: join(folder, 'settings'),
      GH_STATE: join(github.folder, 'state.json'),
      STATE,
      PATH: [pulumi.bin, join(STATE, 'bin'), shellEnvironment().PATH].join(delimiter),
    },
    actions: {
      'aws-actions/configure-aws-credentials': login,
      'docker/build-push-action': push,
      ...Object.fromEntries(QUIET.map((name) => [name, () => undefined])),
    } satisfies Record<string, StandIn>,
    calls: commands.calls,
    comments: () => github.state().comments.map(({ body }) => body),
    /** A pull request that was merged is no longer found. */
    closePull: (branch: string) => rmSync(join(STATE, pullOf(branch)), { force: true }),
    /** How the images that are built from now on fail. */
    failBy: (failure: Failure) => {
      next = failure;
    },
    /** All that is kept of what was said and done. */
    records: [join(folder, 'pulumi'), join(folder, 'predictions'), github.folder, join(STATE, 'calls')],
    close: async () => {
      await pulumi.close();
      github.remove();
      commands.remove();
    },
  };
}

const QUIET = [
  'actions/attest',
  'anchore/sbom-action',
  'anchore/scan-action',
  'docker/login-action',
  'docker/setup-buildx-action',
  'pulumi/actions',
  'sigstore/cosign-installer',
];

/** The name of the file with the number of a branch's pull request. */
function pullOf(branch: string): string {
  return `pull-${branch.replaceAll('/', '-')}`;
}

function repositoryOf(stack: string): string {
  return `111111111111.dkr.ecr.eu-central-1.amazonaws.com/acme-${stack}/model-server`;
}

/** The packages of a lock are installed once; each job has links to them, and its own to the libraries of the checkout. */
const npm = (installed: string) => `[ "$1" = ci ] || { echo "the stand-in knows no npm $1" >&2; exit 1; }
set -e
cmp package-lock.json '${installed}/package-lock.json'
shopt -s extglob nullglob
mkdir node_modules
cp --archive '${installed}'/node_modules/{.bin,.package-lock.json,@acme} node_modules
ln --symbolic --target-directory node_modules '${installed}'/node_modules/!(@acme)`;

/** Its API is another stand-in; pull requests are kept by their branches. */
const gh = (api: string) => `case "$1 $2" in
  api\\ *) exec '${api}/gh' "$@" ;;
  'pr list') cat "$STATE/pull-\${4//\\//-}" 2> /dev/null || true ;;
  'pr create') echo 8 > "$STATE/pull-\${4//\\//-}" ;;
esac`;

/** A registry has what was pushed to it, or copied from another one. */
const docker = `case "$1 $2 $3" in
  'login '*) cat > /dev/null ;;
  'buildx imagetools inspect') grep --quiet --line-regexp --fixed-strings "$4" "$STATE/images" ;;
  'buildx imagetools create')
    grep --quiet --line-regexp --fixed-strings "$7" "$STATE/images" && echo "\${6%:*}@sha256:\${6##*:}" >> "$STATE/images" ;;
  *) exit 1 ;;
esac`;

const cosign = `case "$1" in
  sign) echo "$3" >> "$STATE/signed" ;;
  verify) grep --quiet --line-regexp --fixed-strings "$2" "$STATE/signed" ;;
  *) exit 1 ;;
esac`;

const aws = `[ "$*" = 'ecr get-login-password' ] && echo '${SECRETS.ECR_PASSWORD}'`;
