import { remoteUrl } from '@ml-platform/dvc';
import { readOptions } from './options.ts';
import { workspaceDvc } from './workspace-dvc.ts';

/** The name of the remote that this command, and the scaffolder, set up. */
const NAME = 'data';

/** `platform data remote [PLACE]`: shows the remotes, or sets the default one. */
export async function remote(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions('remote', args, {}, 1);
  const [place] = positionals;
  const url = place === undefined ? undefined : remoteUrl(place);
  const dvc = await workspaceDvc();
  if (url !== undefined) {
    const known = (await dvc.remotes()).some(({ name }) => name === NAME);
    if (known) await dvc.remoteModify(NAME, 'url', url);
    else await dvc.remoteAdd(NAME, url);
    await dvc.remoteDefault(NAME);
  }
  const remotes = await dvc.remotes();
  if (values.json) return void process.stdout.write(`${JSON.stringify({ remotes })}\n`);
  const lines = remotes.map(({ name, url: at, isDefault }) => `${name}  ${at}${isDefault ? '  (default)' : ''}`);
  const next = url === undefined ? [] : ['next: git add .dvc/config, and npx platform data push'];
  process.stdout.write(
    `${[...(lines.length > 0 ? lines : ['no remote: npx platform data remote PLACE']), ...next].join('\n')}\n`,
  );
}
