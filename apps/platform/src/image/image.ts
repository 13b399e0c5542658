import { join, relative, resolve } from 'node:path';
import { PlatformError, suggest } from '@ml-platform/errors';
import { flag, parseOptions, text, wrongUsage } from '../command-line.ts';
import { registryLocation } from '../models/registry-location.ts';
import { WORKSPACE } from '../workspace.ts';
import { writeContext } from './write-context.ts';

export const IMAGE_HELP = `Writes the folder that an image is built of: the model server with one model in it.

  npx platform image model-server --model NAME[@ALIAS|:VERSION] [--out FOLDER]
  docker build --tag TAG FOLDER

  --model NAME         the registered model: NAME is its champion, NAME@ALIAS, NAME:VERSION
  --out FOLDER         the folder, which is replaced; dist/images/model-server-NAME unless given
  --registry LOCATION  where the model is registered        (or MODEL_REGISTRY; else the folder models)
  --json               prints the folder and the model as one line of JSON
  --debug              prints stacks with errors
  --help               prints this

The image serves its model with no word more, on a machine, on SageMaker and on Lambda: its digest is everything that is
served.
`;

/** The applications that serve a model. */
const SERVERS = ['model-server'];

/** @throws PlatformError `usage` for a flag that is unknown or missing, `notFound` for no such application or model. */
export async function image(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const [name, ...others] = positionals;
  if (values.help || name === undefined) return void process.stdout.write(IMAGE_HELP);
  if (others.length > 0) throw usage(`one image at a time, got ${positionals.join(' ')}`);
  if (!SERVERS.includes(name)) {
    const hint = suggest(name, SERVERS, 'images');
    throw new PlatformError(`there is no image '${name}' that serves a model`, { code: 'notFound', hint });
  }
  if (values.model === undefined) throw usage('--model is needed');
  const folder = resolve(values.out ?? join(WORKSPACE, 'dist/images', `${name}-${modelName(values.model)}`));
  const location = registryLocation(values.registry, WORKSPACE);
  const { version, contentHash, ...of } = await writeContext({
    ...{ workspace: WORKSPACE, application: join('apps', name), model: values.model, location, folder },
  });
  const shown = relative('', folder) || '.';
  const said = { context: folder, model: { name: of.name, version, contentHash } };
  const words = `${shown}: ${of.name} ${version}; build it: docker build --tag TAG ${shown}`;
  process.stdout.write(values.json ? `${JSON.stringify(said)}\n` : `${words}\n`);
}

function modelName(reference: string): string {
  return reference.replace(/[@:].*/, '');
}

function parse(args: readonly string[]) {
  const options = { model: text, out: text, registry: text, json: flag, debug: flag, help: flag };
  return parseOptions('image', { args: [...args], options, allowPositionals: true });
}

function usage(message: string): PlatformError {
  return wrongUsage('image', message);
}
