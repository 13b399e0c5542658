import { defaultsOf, namesOf } from '../answers/answers.ts';
import type { GroupName } from '../features.ts';

/** The text of --help. */
export function helpText(): string {
  return `Usage: npx create-ml-platform [NAME] [flags]

Makes a machine learning platform: a monorepo with typed pipelines, a model registry and a model server.
NAME is a folder to make here; an empty folder, a fresh clone and . work too.

  --name NAME        the project's name, when it isn't the folder's
  --example NAME     ${choices('example')}
  --clouds LIST      ${choices('clouds')}
  --ci LIST          ${choices('ci')}
  --remote PLACE     where data is shared: s3://, gs://, azure:// with a bucket, a folder, or none
  -y, --yes          ask nothing
      --dry-run      list the files, write nothing
      --no-install   leave out npm ci
      --no-git       leave out the repository and its first commit
      --json         one JSON document instead of text
  -v, --version
  -h, --help

  render --answers JSON   print the files that these answers give

In a project, each with --help of its own:
  update [VERSION]        merge a newer template into the team's edits
  add, remove FEATURE…    the same for a feature
  diff                    how the project differs from its template
  doctor                  what is broken in it or on this machine, and what mends it

Exit codes: 2 wrong usage, 5 the machine lacks something, 6 another run was first.
`;
}

function choices(group: GroupName): string {
  const defaults = defaultsOf(group);
  const names = namesOf(group).map((name) => (defaults.includes(name) ? `${name} (default)` : name));
  return [...names, 'none'].join(', ');
}
