import type { Check } from '../check.ts';
import { type Finding, ok, warning } from '../finding.ts';
import { PATIENCE } from '../machine/pipeline-check.ts';
import { CLOUDS, type Cloud, findUses } from '../machine/project-uses.ts';
import { awsSource } from './credentials-aws.ts';
import { azureSource } from './credentials-azure.ts';
import { googleSource } from './credentials-google.ts';

/** Where a cloud's own libraries would find credentials, or what is wrong there. Never the credentials. */
export type Source = { readonly from: string } | { readonly missing: string };

interface CloudSource {
  readonly title: string;
  readonly find: (env: NodeJS.ProcessEnv) => Source;
  readonly signIn: string;
}

const SOURCES: Readonly<Record<Cloud, CloudSource>> = {
  aws: { title: 'AWS', find: awsSource, signIn: 'aws sso login' },
  gcp: { title: 'Google Cloud', find: googleSource, signIn: 'gcloud auth application-default login' },
  azure: { title: 'Azure', find: azureSource, signIn: 'az login' },
};

/** For each cloud that the project uses: whether credentials are there. No cloud is called. */
export const credentialsCheck: Check = {
  group: 'Credentials',
  title: 'credentials',
  patience: PATIENCE + 5,
  look: async (machine) => {
    const { clouds } = await findUses(machine);
    return CLOUDS.flatMap((cloud) => {
      const use = clouds[cloud];
      return use === undefined ? [] : [findingOn(SOURCES[cloud], use, machine.env)];
    });
  },
};

function findingOn({ title, find, signIn }: CloudSource, use: string, env: NodeJS.ProcessEnv): Finding {
  const source = find(env);
  if ('from' in source) return ok(title, `by ${source.from}`);
  const found = `${source.missing}; a machine's own identity is not looked for`;
  return warning(title, found, { wanted: `credentials, for ${use}`, mend: signIn });
}
