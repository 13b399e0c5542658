import { dirname, join, resolve } from 'node:path';
import { readText } from './files.ts';

export interface DvcRemote {
  readonly name: string;
  /** An address, or the absolute path of a folder. */
  readonly url: string;
  /** It has settings of its own for where or as whom, which only DVC knows to follow. */
  readonly isSpecial: boolean;
}

/** The remotes in `.dvc/config`, and what `.dvc/config.local` says over it. */
export function readDvcRemotes(folder: string): DvcRemote[] {
  const remotes = new Map<string, Map<string, string>>();
  for (const name of ['config', 'config.local']) {
    const file = join(folder, '.dvc', name);
    for (const [remote, key, value] of settingsIn(readText(file) ?? '')) {
      const settings = remotes.get(remote) ?? new Map<string, string>();
      remotes.set(remote, settings.set(key, key === 'url' ? absolute(value, dirname(file)) : value));
    }
  }
  return [...remotes].flatMap(([name, settings]) => {
    const url = settings.get('url');
    return url === undefined ? [] : [{ name, url, isSpecial: settings.size > 1 }];
  });
}

/** Of the sections `['remote "name"']`. Format: doc.dvc.org, dvc config. */
function settingsIn(text: string): [remote: string, key: string, value: string][] {
  let remote: string | undefined;
  return text.split('\n').flatMap((line): [string, string, string][] => {
    const section = /^\s*\[(.*)\]\s*$/.exec(line);
    if (section) remote = /^'?remote "(.+)"'?$/.exec(section[1] ?? '')?.[1];
    const [, key, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return remote === undefined || key === undefined || value === undefined ? [] : [[remote, key, value]];
  });
}

function absolute(url: string, base: string): string {
  return /^[a-z][a-z\d+.-]+:\/\//.test(url) ? url : resolve(base, url);
}
