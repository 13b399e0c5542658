import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { z } from 'zod';
import type { commentBody, labelBody, rulesetBody } from './shapes.ts';

export interface GhEnvironment {
  wait_timer: number;
  prevent_self_review: boolean;
  reviewers: { type: 'User' | 'Team'; id: number }[];
  deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
  branches: string[];
  variables: Record<string, string>;
}

/** What the stand-in for GitHub knows of the repository `acme/flights`. */
export interface GhState {
  defaultBranch: string;
  environments: Record<string, GhEnvironment>;
  variables: Record<string, string>;
  rulesets: (Partial<z.infer<typeof rulesetBody>> & { id: number })[];
  labels: z.infer<typeof labelBody>[];
  defaultSubject: boolean;
  /** Numbers of people and teams. */
  people: Record<string, number>;
  /** Of pull request 7. */
  comments: (z.infer<typeof commentBody> & { id: number; user: { login: string } })[];
  /** Who asks. */
  login: string;
  /** What GitHub says to every change, where it takes none. */
  refuse?: string;
  calls: string[];
}

const EMPTY: GhState = {
  defaultBranch: 'main',
  environments: {},
  variables: {},
  rulesets: [],
  labels: [],
  defaultSubject: true,
  people: { ada: 11, 'acme/leads': 22 },
  comments: [],
  login: 'github-actions[bot]',
  calls: [],
};

/** A folder with a `gh` for the PATH; `platform` runs this workspace's command with it. */
export function standInGh(state: Partial<GhState> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gh-'));
  const file = join(folder, 'state.json');
  writeFileSync(file, JSON.stringify({ ...EMPTY, ...state }));
  const program = fileURLToPath(new URL('./gh.ts', import.meta.url));
  writeFileSync(join(folder, 'gh'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  const bin = fileURLToPath(new URL('../../../bin/platform.mjs', import.meta.url));
  const outside = { GITHUB_REPOSITORY: '', GITHUB_ACTIONS: '', GITHUB_EVENT_PATH: '' };
  return {
    folder,
    state: () => JSON.parse(readFileSync(file, 'utf8')) as GhState,
    change: (change: Partial<GhState>) => {
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
    },
    platform: (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      execa(process.execPath, [bin, 'github', ...args], {
        env: { ...outside, PATH: `${folder}${delimiter}${process.env.PATH}`, GH_STATE: file, ...env },
        reject: false,
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
