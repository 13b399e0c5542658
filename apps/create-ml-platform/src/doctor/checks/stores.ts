import { existsSync } from 'node:fs';
import type { Check } from '../check.ts';
import { broken, type Finding, ok, skipped } from '../finding.ts';
import { type DvcRemote, readDvcRemotes } from '../machine/dvc-remotes.ts';
import { type AskedStore, askStores, PATIENCE } from '../machine/pipeline-check.ts';

/** The stores that targets and DVC keep data in answer, as who is signed in here. */
export const storesCheck: Check = {
  group: 'Remotes',
  title: 'stores',
  network: true,
  patience: 2 * PATIENCE + 5,
  look: async (machine) => {
    const remotes = readDvcRemotes(machine.folder);
    const check = await machine.pipelines();
    const named = check.done ? check.pipelines.flatMap(({ stores }) => stores) : [];
    const asked = new Map(remotes.filter(isAsked).map((remote) => [storeOf(remote), remote.name]));
    const local = remotes.filter((remote) => !isAsked(remote)).map(lookAt);
    if (named.length + asked.size === 0) return local;
    const stores = await askStores(machine, [...asked.keys()]);
    if (typeof stores === 'string') return [...local, skipped('stores', stores)];
    return [...local, ...stores.map((store) => findingOn(store, asked.get(store.store)))];
  },
};

/** The project's own libraries can open it. */
function isAsked({ url, isSpecial }: DvcRemote): boolean {
  return !isSpecial && /^(?:s3|gs|azure):\/\//.test(url);
}

/** DVC calls Azure's by another name. */
function storeOf({ url }: DvcRemote): string {
  return url.replace(/^azure:/, 'az:');
}

function lookAt({ name, url }: DvcRemote): Finding {
  const what = `DVC's remote ${name}`;
  if (url.includes('://')) return skipped(what, 'only DVC itself can ask it: dvc status --cloud');
  if (existsSync(url)) return ok(what, 'is there');
  return broken(what, `there is no ${url}`, { wanted: 'a folder', mend: `mkdir -p '${url}'` });
}

function findingOn({ store, problem }: AskedStore, remote: string | undefined): Finding {
  const what = remote === undefined ? store : `DVC's remote ${remote}`;
  if (!problem) return ok(what, 'answers');
  return broken(what, problem.message.replace(`${store}: `, ''), { wanted: 'that it answers', mend: problem.hint });
}
