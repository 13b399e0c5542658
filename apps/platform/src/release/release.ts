import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { PlatformError } from '@ml-platform/errors';
import type { ModelVersion } from '@ml-platform/registry';
import { parseRelease, type Release, releaseName } from '@ml-platform/registry/release';
import { readVersionManifest } from '@ml-platform/registry/shared';
import { execa } from 'execa';
import { flag, parseOptions, text, wrongUsage } from '../command-line.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { registryLocation, withRegistry } from '../models/registry-location.ts';
import { WORKSPACE } from '../workspace.ts';

export const RELEASE_HELP = `Writes a release: one image, which is server and model, and what it was built from.

  npx platform release create --image NAME --digest sha256:… --model NAME[@ALIAS|:VERSION] --out FILE

  --image NAME         the image's repository, without the registry: model-server
  --digest sha256:…    the image's digest, as docker push prints it
  --model NAME         the model in the image: NAME is its champion, NAME@ALIAS, NAME:VERSION
  --out FILE           the file that is written
  --registry LOCATION  where the model is registered        (or MODEL_REGISTRY; else the folder models)
  --commit COMMIT      what it was built from               (else the commit that is checked out)
  --json               prints the release as one line of JSON
  --debug              prints stacks with errors
  --help               prints this

What is deployed is this file: npx platform deploy --env dev --release FILE
`;

/** @throws PlatformError `usage` for a flag that is unknown or missing, `notFound` for no such model, `config` for a wrong digest. */
export async function release([command, ...args]: readonly string[]): Promise<void> {
  if (command === undefined || command === 'help' || [command, ...args].includes('--help')) {
    return void process.stdout.write(RELEASE_HELP);
  }
  if (command !== 'create') throw usage(`there is no command 'release ${command}': expected create`);
  const values = parse(args);
  const [image, digest] = [needed(values.image, 'image'), needed(values.digest, 'digest')];
  const [model, out] = [needed(values.model, 'model'), needed(values.out, 'out')];
  const commit = await fullCommit(values.commit ?? 'HEAD');
  const location = registryLocation(values.registry, WORKSPACE);
  const created = await createRelease({ image, digest, model, location, commit, now: new Date() });
  await mkdir(dirname(resolve(out)), { recursive: true });
  await writeFile(out, `${JSON.stringify(created, null, 2)}\n`);
  process.stdout.write(values.json ? `${JSON.stringify(created)}\n` : `${created.release} is in ${out}\n`);
}

interface Ingredients {
  readonly image: string;
  readonly digest: string;
  /** `NAME`, `NAME@ALIAS` or `NAME:VERSION`. */
  readonly model: string;
  /** Of the registry. */
  readonly location: string;
  readonly commit: string;
  readonly now: Date;
}

/** The release of a registered model in an image. */
export async function createRelease({ image, digest, model, location, commit, now }: Ingredients): Promise<Release> {
  const { name, versionOrAlias } = parseModelReference(model);
  const { version, manifest } = await withRegistry(location, async (registry) => {
    const found: ModelVersion = await registry.get(name, versionOrAlias);
    return { version: found, manifest: await readVersionManifest(found) };
  });
  const released = {
    release: releaseName(version, commit),
    ...{ commit, createdAt: now.toISOString() },
    model: { name, version: version.version, contentHash: version.contentHash, example: manifest.example },
    image: { name: image, digest },
    config: { serving: { imageDigest: digest } },
  };
  return parseRelease(released, 'what was given');
}

async function fullCommit(commit: string): Promise<string> {
  const git = ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`];
  const { stdout, failed } = await execa('git', git, { cwd: WORKSPACE, reject: false });
  if (!failed) return stdout.trim();
  if (/^[0-9a-f]{40}$/.test(commit)) return commit;
  throw usage(
    commit === 'HEAD' ? 'nothing is committed: --commit is needed' : `'${commit}' is no commit of this repository`,
  );
}

function parse(args: readonly string[]) {
  const names = { image: text, digest: text, model: text, out: text, registry: text, commit: text };
  return parseOptions('release', { args: [...args], options: { ...names, json: flag, debug: flag } }).values;
}

function needed(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw usage(`--${name} is needed`);
}

function usage(message: string): PlatformError {
  return wrongUsage('release', message);
}
