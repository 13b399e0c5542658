import { isOnPath } from './environment.ts';

export type Tool = 'docker' | 'dvc' | 'git' | 'java' | 'node' | 'pulumi' | 'python';

interface Manager {
  readonly program: string;
  readonly install: string;
  /** What the tool is called there. */
  readonly names: Partial<Record<Tool, string>>;
}

const MANAGERS: readonly Manager[] = [
  {
    program: 'brew',
    install: 'brew install',
    names: {
      docker: '--cask docker-desktop',
      dvc: 'dvc',
      git: 'git',
      java: 'openjdk',
      node: 'node',
      pulumi: 'pulumi/tap/pulumi',
      python: 'python',
    },
  },
  {
    program: 'apt-get',
    install: 'apt-get install',
    names: { docker: 'docker.io', git: 'git', java: 'default-jre-headless', python: 'python3 python3-venv' },
  },
  {
    program: 'dnf',
    install: 'dnf install',
    names: { docker: 'docker', git: 'git', java: 'java-latest-openjdk-headless', node: 'nodejs', python: 'python3' },
  },
  {
    program: 'winget',
    install: 'winget install',
    names: {
      docker: 'Docker.DockerDesktop',
      git: 'Git.Git',
      java: 'EclipseAdoptium.Temurin.21.JRE',
      node: 'OpenJS.NodeJS.LTS',
      pulumi: 'Pulumi.Pulumi',
      python: 'Python.Python.3.13',
    },
  },
  { program: 'uv', install: 'uv tool install', names: { dvc: 'dvc' } },
  { program: 'pipx', install: 'pipx install', names: { dvc: 'dvc' } },
];

const ELSEWHERE: Readonly<Record<Tool, string>> = {
  docker: 'see https://docs.docker.com/get-started/get-docker/',
  dvc: 'pip install dvc',
  git: 'see https://git-scm.com/downloads',
  java: 'see https://adoptium.net',
  node: 'see https://nodejs.org/en/download',
  pulumi: 'see https://www.pulumi.com/docs/install/',
  python: 'see https://www.python.org/downloads/',
};

/** What to type on this machine to get a tool: by the package manager that it has, else where it is described. */
export function installCommand(tool: Tool, env: NodeJS.ProcessEnv): string {
  const manager = MANAGERS.find(({ program, names }) => names[tool] !== undefined && isOnPath(program, env));
  if (!manager) return ELSEWHERE[tool];
  return `${rights(manager.program)}${manager.install} ${manager.names[tool]}`;
}

function rights(manager: string): string {
  return ['apt-get', 'dnf'].includes(manager) && process.getuid?.() !== 0 ? 'sudo ' : '';
}
