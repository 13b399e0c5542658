import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.ts';
import type { Candidate } from '../measure.ts';
import { createArguments } from '../packed-command.ts';
import { peers, unlessMissing } from '../peers.ts';
import { writeCopierTemplate } from './copier-template.ts';

export const OURS = 'create-ml-platform';
export const COPY = 'cp -r of the same files';
export const NODE = "Node's start-up (node -e 0)";
export const VITE = 'create-vite';

/** The project that `cp` copies and copier makes: the very files that create writes, under the same name. */
const PROJECT = 'acme';

export type CreateCandidates = [ours: Candidate, copy: Candidate, node: Candidate, ...peers: Candidate[]];

/** What is timed in `folder`; each run makes a project in a new folder, so that no run pays for removing an old one. */
export async function createCandidates(folder: string, command: string, missing: string[]): Promise<CreateCandidates> {
  const source = join(folder, 'source');
  runCommand(process.execPath, [command, ...createArguments(PROJECT)], { cwd: makeFolder(source) });
  const inNewFolder = (name: string, start: Start): Candidate => {
    let cwd = folder;
    return {
      name,
      prepare: () => {
        cwd = mkdtempSync(join(folder, 'made-'));
      },
      run: () => start(cwd),
    };
  };
  const candidates: [Candidate, Candidate, Candidate] = [
    inNewFolder(OURS, (cwd) => void runCommand(process.execPath, [command, ...createArguments(PROJECT)], { cwd })),
    inNewFolder(COPY, (cwd) => void runCommand('cp', ['-r', join(source, PROJECT), PROJECT], { cwd })),
    inNewFolder(NODE, (cwd) => void runCommand(process.execPath, ['-e', '0'], { cwd })),
  ];
  const starts = await Promise.all(
    peerStarts(folder, join(source, PROJECT)).map(
      async ([name, prepare]) => [name, await unlessMissing(name, missing, prepare)] as const,
    ),
  );
  return [...candidates, ...starts.flatMap(([name, start]) => (start ? [inNewFolder(name, start)] : []))];
}

type Start = (cwd: string) => void;

function peerStarts(folder: string, project: string): [string, () => Promise<Start>][] {
  return [
    [VITE, async () => npmStart('create-vite', [PROJECT, '--template', 'react-ts', '--no-interactive'])],
    ['create-t3-app', async () => npmStart('create-t3-app', [PROJECT, ...T3_FLAGS])],
    ['kedro new', async () => kedroStart(await peers.python('kedro'))],
    ['copier', async () => copierStart(await peers.python('copier'), folder, project)],
  ];
}

const T3_FLAGS = [
  '--CI',
  '--noInstall',
  '--noGit',
  '--tailwind',
  '--trpc',
  '--prisma',
  '--appRouter',
  '--dbProvider',
  'sqlite',
];

function npmStart(peer: string, args: readonly string[]): Start {
  const entry = peers.npm(peer);
  return (cwd) => void runCommand(process.execPath, [entry, ...args], { cwd });
}

function kedroStart(bin: string): Start {
  const env = { ...process.env, DO_NOT_TRACK: '1' };
  const args = ['new', '--name', PROJECT, '--tools', 'none', '--example', 'n', '--telemetry', 'no'];
  return (cwd) => void runCommand(join(bin, 'kedro'), args, { cwd, env });
}

function copierStart(bin: string, folder: string, project: string): Start {
  const template = join(folder, 'copier-template');
  writeCopierTemplate(template, project, PROJECT);
  return (cwd) => void runCommand(join(bin, 'copier'), ['copy', '--quiet', '--defaults', template, PROJECT], { cwd });
}

function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
