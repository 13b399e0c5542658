import { mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GroupedFinding, Status } from './doctor/finding.ts';
import type { Examination } from './doctor/report.ts';
import { MINUTES, shellEnvironment } from './testing/bake.ts';
import { type Editor, editorOf } from './testing/next-version.ts';
import { type PackedCommand, packedCommand } from './testing/packed-command.ts';

let command: PackedCommand;
let top: string;
let project: string;
let team: Editor;

beforeAll(async () => {
  command = await packedCommand();
  top = realpathSync(mkdtempSync(join(tmpdir(), 'doctor-')));
  project = join(top, 'acme');
  team = editorOf(project);
  const { exit, stderr } = await command.run(['acme', '--yes'], { cwd: top, env: shellEnvironment(), node: ['node'] });
  expect(exit, stderr).toBe(0);
  await shell(`git init --quiet --bare '${top}/origin.git' && git remote add origin '${top}/origin.git'`);
  team.write('.dvc/config', `['remote "disk"']\n    url = ${top}/data\n`);
  await shell(
    `mkdir '${top}/data' && git add --all && git commit --quiet -m 'Add DVC' && git push --quiet origin HEAD`,
  );
}, 5 * MINUTES);

afterAll(async () => {
  await command?.remove();
  rmSync(top, { recursive: true, force: true });
});

/** A person's shell, in which a command is typed. */
function shell(line: string, env: NodeJS.ProcessEnv = shellEnvironment()) {
  return execa('sh', ['-c', line], { cwd: project, env, extendEnv: false });
}

async function examine(...flags: string[]): Promise<Examination & { readonly exit: number | null }> {
  const args = ['doctor', '--json', ...flags];
  const { exit, stdout, stderr } = await command.run(args, {
    cwd: project,
    env: shellEnvironment(),
    node: ['node'],
  });
  expect(stderr).toBe('');
  return { exit, ...JSON.parse(stdout) };
}

function ofStatus({ findings }: Examination, status: Status): Map<string, GroupedFinding> {
  return new Map(findings.filter((finding) => finding.status === status).map((finding) => [finding.what, finding]));
}

test(
  'a project that was made just now is healthy',
  async () => {
    const examination = await examine();
    expect(ofStatus(examination, 'broken')).toEqual(new Map());
    expect(ofStatus(examination, 'warning')).toEqual(new Map());
    expect(ofStatus(examination, 'skipped')).toEqual(new Map());
    expect(examination).toMatchObject({ exit: 0, healthy: true });
    const found = examination.findings.map(({ what }) => what);
    expect(found).toEqual(expect.arrayContaining(['Python', 'flight-delays', "Git's remote origin", "npm's registry"]));
  },
  2 * MINUTES,
);

interface Accident {
  /** The finding that tells of it. */
  readonly what: string;
  readonly happen: () => void;
  /** Where no command can know it. */
  readonly mend?: () => void;
}

const PARAMS = 'apps/flight-delays/params.yaml';
const REQUIREMENTS = 'apps/flight-delays/requirements.in';
const MANIFEST = 'apps/flight-delays/package.json';

const ACCIDENTS: readonly Accident[] = [
  { what: 'platform.json', happen: () => team.replace('platform.json', '"template"', '<<<<<<< ours') },
  {
    what: 'package-lock.json',
    happen: () => team.replace(MANIFEST, '"dependencies": {', '"dependencies": {\n    "yaml": "2.9.1",'),
  },
  {
    what: 'apps/flight-delays/requirements.txt',
    happen: () => team.write(REQUIREMENTS, `idna\n${team.read(REQUIREMENTS)}`),
  },
  { what: 'Node in .nvmrc', happen: () => team.write('.nvmrc', '18\n') },
  { what: "DVC's remote disk", happen: () => rmSync(join(top, 'data'), { recursive: true }) },
  {
    what: 'flight-delays',
    happen: () => team.write(PARAMS, `trian: {}\n${team.read(PARAMS)}`),
    mend: () => team.replace(PARAMS, 'trian: {}\n', ''),
  },
  {
    what: "Git's remote origin",
    happen: () => renameSync(join(top, 'origin.git'), join(top, 'moved.git')),
    mend: () => renameSync(join(top, 'moved.git'), join(top, 'origin.git')),
  },
];

test(
  'of seven things that break each is found once, and what is typed against it mends it',
  async () => {
    for (const { happen } of ACCIDENTS) happen();
    const examination = await examine();
    const broken = ofStatus(examination, 'broken');
    expect([...broken.keys()].sort()).toEqual(ACCIDENTS.map(({ what }) => what).sort());
    expect(examination).toMatchObject({ exit: 1, counts: { broken: ACCIDENTS.length } });
    expect(broken.get('flight-delays')).toMatchObject({
      found: expect.stringMatching(/^apps\/flight-delays\/params\.yaml:1: trian: /),
      mend: "did you mean 'train'?",
    });
    for (const { what, mend } of ACCIDENTS) {
      if (mend) mend();
      else await shell(broken.get(what)?.mend ?? 'false');
    }
    const healed = await examine();
    expect(ofStatus(healed, 'broken')).toEqual(new Map());
    expect(healed.exit).toBe(0);
    expect(team.read('apps/flight-delays/requirements.txt')).toContain('idna==');
  },
  10 * MINUTES,
);

test(
  'packages that were taken out by hand come back',
  async () => {
    rmSync(join(project, 'node_modules/yaml'), { recursive: true });
    const { findings } = await examine('--offline');
    expect(findings).toContainEqual(
      expect.objectContaining({ found: 'node_modules/yaml is not there any more', mend: 'npm ci' }),
    );
    await shell('npm ci');
    expect(await examine('--offline')).toMatchObject({ exit: 0, healthy: true });
  },
  5 * MINUTES,
);
