/** What a project can be made of: whole folders and files of this repository, chosen by the answers. */
export interface Feature {
  readonly name: string;
  /** One line, shown beside the name in a prompt. */
  readonly description: string;
  /** Folders and files of this repository that only projects with this feature get. */
  readonly paths: readonly string[];
  /** What to type first in a project that has it. */
  readonly firstCommand?: string;
  /** File or folder in the project → what of templates/ stands there. A later feature wins. */
  readonly replacements?: Readonly<Record<string, string>>;
}

/** In every project. A path that is more specific elsewhere in this file belongs there. */
export const BASE: Feature = {
  name: 'base',
  description: 'libraries, the model server, the platform command',
  paths: [
    'apps/model-server',
    'apps/platform',
    'generators',
    'libs',
    'docs',
    '.devcontainer',
    '.husky',
    '.dvc',
    '.vscode',
    '.zed',
  ],
  firstCommand: 'npm test',
  replacements: {
    'README.md': 'templates/README.no-example.md',
    '.changeset': 'templates/changeset',
    'CONTRIBUTING.md': 'templates/community/CONTRIBUTING.md',
    'SECURITY.md': 'templates/community/SECURITY.md',
  },
};

const flightDelays: Feature = {
  name: 'flight-delays',
  description: 'a pipeline on real data, from ingestion to a served model',
  paths: ['apps/flight-delays', 'docs/flight-delays.md', 'docs/flight-delays'],
  firstCommand: 'npm start',
  replacements: { 'README.md': 'templates/README.md' },
};

const aws: Feature = {
  name: 'aws',
  description: 'Pulumi stacks for Amazon Web Services: dev, staging, prod',
  paths: ['infra/aws', 'apps/event-handlers', 'docs/aws.md', 'docs/infrastructure'],
};

const github: Feature = {
  name: 'github',
  description: 'GitHub Actions: test, train, gate, watch for drift, release',
  paths: ['docs/github.md'],
  replacements: { '.github': 'templates/github' },
};

const azureDevops: Feature = {
  name: 'azure-devops',
  description: 'the same stages as Azure Pipelines',
  paths: ['docs/azure-devops.md'],
  replacements: { 'azure-pipelines.yml': 'templates/azure-pipelines.yml', '.azure': 'templates/azure-devops' },
};

export interface FeatureGroup {
  readonly question: string;
  /** One word for an error message: "unknown cloud 'x'". */
  readonly singular: string;
  /** What a project has unless something else is said. */
  readonly defaults?: readonly string[];
  /** Folders and files that come with any of its features. */
  readonly shared?: readonly string[];
  readonly features: readonly Feature[];
}

/** The questions; a group without features is not asked. Adding a cloud is adding one entry here. */
export const GROUPS = {
  example: {
    question: 'Start with an example?',
    singular: 'example',
    defaults: ['flight-delays'],
    features: [flightDelays],
  },
  clouds: {
    question: 'Which clouds?',
    singular: 'cloud',
    shared: ['infra', 'docs/deploy.md'],
    features: [aws],
  },
  ci: {
    question: 'Which CI systems?',
    singular: 'CI system',
    defaults: ['github'],
    features: [github, azureDevops],
  },
} as const satisfies Record<string, FeatureGroup>;

export type GroupName = keyof typeof GROUPS;

export interface Combination {
  /** Features as `group:name`. */
  readonly of: readonly [string, string];
  readonly replacements: Readonly<Record<string, string>>;
}

/** What stands in a project that has both of two features; it wins over either's own. */
export const COMBINATIONS: readonly Combination[] = [
  { of: ['clouds:aws', 'ci:github'], replacements: { '.github': 'templates/github-aws' } },
  {
    of: ['clouds:aws', 'ci:azure-devops'],
    replacements: {
      'azure-pipelines.yml': 'templates/azure-pipelines-aws.yml',
      '.azure': 'templates/azure-devops-aws',
    },
  },
];

/** Of this repository alone: never part of a project. */
export const EXCLUDED: readonly string[] = [
  'apps/create-ml-platform',
  'benchmarks',
  'docs/decisions',
  '.changeset',
  '.ci',
  '.github',
  '.gitlab-ci.yml',
  '.husky/settings.json',
  'CHANGELOG.md',
  'CODE_OF_CONDUCT.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'platform.json',
];

/** Whole files that stand in a project where this repository has another, or none. */
export const TEMPLATES = 'templates';

/** What this repository's own manifest has and a project's doesn't. */
export const OWN_MANIFEST = {
  scripts: ['pack', 'demo', 'bench', 'lock', 'release:changeset', 'release:check', 'release:publish'],
  devDependencies: ['esbuild'],
  fields: ['author', 'bugs', 'description', 'homepage', 'keywords', 'license', 'repository'],
} as const;
