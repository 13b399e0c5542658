import type { TargetConfiguration } from '@nx/devkit';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

const CODE: Inputs = [
  'default',
  '^default',
  '{workspaceRoot}/package.json',
  '{workspaceRoot}/package-lock.json',
  '{workspaceRoot}/nx.json',
  '{workspaceRoot}/tsconfig.base.json',
  '{workspaceRoot}/vitest.config.ts',
  { env: 'CI' },
];

/** Such a test makes a workspace of its own from this one. */
const ALL: Inputs = ['{workspaceRoot}/**/*', { env: 'CI' }];

/**
 * `test` and `test-slow`, cached. Every project has both, whether or not it has such tests: a target that comes into being
 * would change the cache keys of all others.
 */
export function inferTests(project: string): Record<string, TargetConfiguration> {
  return {
    test: testTarget(project, ['beside', 'alone'], CODE),
    'test-slow': testTarget(project, ['slow'], ALL),
  };
}

function testTarget(project: string, groups: readonly string[], inputs: Inputs): TargetConfiguration {
  const selected = groups.map((group) => `--project ${group}`).join(' ');
  return {
    executor: 'nx:run-commands',
    options: { command: `vitest run --passWithNoTests ${selected} ${project}/`, cwd: '.' },
    cache: true,
    inputs,
    metadata: { technologies: ['vitest'] },
  };
}
