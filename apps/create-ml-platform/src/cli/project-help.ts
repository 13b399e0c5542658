import { namesOf } from '../answers/answers.ts';
import { GROUPS, type GroupName } from '../features.ts';
import type { ProjectCommandName } from './project-line.ts';

const MERGE_FLAGS = `      --dry-run      say what would change, touch nothing
      --abort        take back what is not committed yet
      --no-install   leave package-lock.json to you
      --json         one JSON document instead of text
  -h, --help`;

const MERGED = `What the team edited stays, what the team deleted stays deleted. The result is staged: look at it with
\`git diff --staged\`, then commit. Files that both changed are ordinary conflicts of Git.`;

const EXIT_CODES = `Exit codes: 0 merged or nothing to do, 1 merged with conflicts, 2 wrong usage or uncommitted changes,
3 platform.json is wrong, 5 the machine lacks something, 6 another run is at it, 7 no such version.`;

const TEXTS: Readonly<Record<ProjectCommandName, () => string>> = {
  update: () => `Usage: npx create-ml-platform update [VERSION] [flags]

Merges the template of VERSION, or of the version that runs, into the project. ${MERGED}

      --force        also to an older version
${MERGE_FLAGS}

${EXIT_CODES}
`,
  add: () => `Usage: npx create-ml-platform add FEATURE… [flags]

Adds features, by the template version that the project has: ${features()}.
${MERGED}

${MERGE_FLAGS}

${EXIT_CODES}
`,
  remove: () => `Usage: npx create-ml-platform remove FEATURE… [flags]

Removes features: ${features()}.
A file of theirs that the team edited is a conflict, not lost. ${MERGED}

${MERGE_FLAGS}

${EXIT_CODES}
`,
  diff: () => `Usage: npx create-ml-platform diff [flags]

Says how what is committed differs from the template that the project was made from.

  -p, --patch        a unified diff
      --json         one JSON document instead of text
  -h, --help
`,
  doctor: () => `Usage: npx create-ml-platform doctor [flags]

Says what is broken in the project and on this machine, and the command that mends it: tools and their versions,
packages and locks, pipelines with their parameters and targets, credentials (never shown), remotes, the template.

      --offline      ask nothing beyond this machine
      --strict       end with 1 for warnings too
      --json         one JSON document instead of text
  -h, --help

Exit codes: 0 nothing is broken, 1 something is, 2 wrong usage or no project.
`,
};

/** The text of --help for a command that works in a project. */
export function projectHelp(command: ProjectCommandName): string {
  return TEXTS[command]();
}

function features(): string {
  return (Object.keys(GROUPS) as GroupName[]).flatMap(namesOf).join(', ');
}
