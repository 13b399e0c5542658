import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { shellEnvironment } from '../bake.ts';
import { packedCommand } from '../packed-command.ts';
import { csv, customers } from './customers.ts';

/** The steps of docs/own-data.md, on rows of which nobody has told the model about calls yet. */
const PIPELINE = `npx nx g pipeline churn --data customers.csv
npx nx g step train --pipeline churn --kind train --after validate --target left
npx nx g step evaluate --pipeline churn --kind evaluate --after train
npx nx g step register --pipeline churn --kind register --after evaluate
npx platform data add customers.csv
git add --all
git commit --quiet --message 'feat: who leaves'`;

/** Makes the project `acme` in a folder by the packed command, with a pipeline; DVC's remote is the folder `store`. */
export async function makeProject(top: string): Promise<void> {
  const command = await packedCommand();
  try {
    const remote = ['--remote', join(top, 'store')];
    const args = ['acme', '--yes', '--example', 'none', '--clouds', 'aws', '--ci', 'github'];
    const made = await command.run([...args, ...remote], { cwd: top, env: shellEnvironment(), node: ['node'] });
    if (made.exit !== 0) throw new Error(made.stderr);
  } finally {
    command.remove();
  }
  const folder = join(top, 'acme');
  writeFileSync(join(folder, 'customers.csv'), csv(customers({ count: 3000 })));
  await typeIn(folder, PIPELINE, { HUSKY: '0' });
}

/** Types a line in a shell of a person's; what it says. */
export async function typeIn(folder: string, line: string, env: NodeJS.ProcessEnv): Promise<string> {
  const options = { cwd: folder, env: { ...shellEnvironment(), ...env }, extendEnv: false, all: true } as const;
  return (await execa('sh', ['-ec', line], options)).all;
}
