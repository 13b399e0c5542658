/** Commands that docs name, and where they are run. */
export interface HeldBy {
  /** Matches the command as one line; the first entry that does counts. */
  readonly command: RegExp;
  /** The test that runs it: as it is typed, or the function behind it. */
  readonly test: string;
  /** What of the test's text shows it. */
  readonly by: string;
}

/** Commands of others that docs name and no test here runs, and why that is. */
export interface Others {
  readonly command: RegExp;
  readonly because: string;
}

const APP = 'apps/create-ml-platform/src';
const RELEASES = 'infra/aws/testing/release.slow.test.ts';

export const HELD_BY: readonly HeldBy[] = [
  { command: /^npm ci/, test: `${APP}/main.story.slow.test.ts`, by: 'npm ci' },
  { command: /^npm test$/, test: '.ci/run', by: 'npm test' },
  { command: /^npm run test:all$/, test: '.ci/run', by: 'npm run test:all' },
  { command: /^npm run check$/, test: `${APP}/main.life.slow.test.ts`, by: "'npm', 'run', 'check'" },
  { command: /^npm run format$/, test: `${APP}/release/publish.slow.test.ts`, by: "'format'" },
  { command: /^npm run docs$/, test: `${APP}/main.slow.test.ts`, by: "'npm', 'run', 'docs'" },
  { command: /^npm run demo$/, test: `${APP}/demo/demo.slow.test.ts`, by: 'scripts/demo.mjs' },
  { command: /^npm run pack$/, test: `${APP}/pack/pack.test.ts`, by: 'await pack(repository' },
  { command: /^npm run lock$/, test: `${APP}/main.life.slow.test.ts`, by: 'makeVersionTwo(next' },
  { command: /^npm run new$/, test: 'generators/menu/plopfile.test.ts', by: 'the menu has every generator' },
  { command: /^npm start( |$)/, test: `${APP}/main.alone.test.ts`, by: "'npm', 'start'" },
  { command: /^npm install( --package-lock-only)?$/, test: `${APP}/main.life.slow.test.ts`, by: "'npm', 'install'" },
  { command: /^npm run release:version$/, test: `${APP}/release/publish.slow.test.ts`, by: "'release:version'" },
  {
    command: /^npm run release:check$/,
    test: `${APP}/release/check-installs.slow.test.ts`,
    by: 'checkInstalls(tarball)',
  },
  { command: /^npm run release:publish/, test: `${APP}/release/publish.slow.test.ts`, by: 'publishHere(true)' },
  { command: /^npm run release:changeset/, test: `${APP}/release/changeset-check.test.ts`, by: 'checkChangesets(' },
  { command: /^npx changeset$/, test: `${APP}/release/project-versions.test.ts`, by: "'--minor'" },
  { command: /^npx changeset status/, test: `${APP}/release/project-versions.test.ts`, by: "'status', '--since'" },
  { command: /^npx changeset git-tag/, test: `${APP}/release/project-versions.test.ts`, by: "'git-tag'" },
  { command: /^npx create-ml-platform acme/, test: `${APP}/release/check-installs.slow.test.ts`, by: 'npx on Node' },
  {
    command: /^npx create-ml-platform(@latest)? update/,
    test: `${APP}/main.life.slow.test.ts`,
    by: "'update', '--abort'",
  },
  { command: /^npx create-ml-platform (add|remove) /, test: `${APP}/update/change-features.test.ts`, by: "'remove'" },
  { command: /^npx create-ml-platform diff/, test: `${APP}/main.test.ts`, by: "'diff'" },
  { command: /^npx create-ml-platform doctor/, test: `${APP}/main.doctor.test.ts`, by: "'--offline'" },
  { command: /^npx nx g .*--(help|dry-run)/, test: 'generators/generators.slow.test.ts', by: "'--dry-run'" },
  { command: /^npx nx g stack /, test: 'generators/stack/stack-like.test.ts', by: 'preview' },
  { command: /^npx nx reset$/, test: 'libs/nx-plugin/src/kill.slow.test.ts', by: "nx('reset')" },
  { command: /^npx nx g /, test: `${APP}/main.slow.test.ts`, by: "'nx', 'generate'" },
  { command: /^npx nx (test|test-slow) /, test: `${APP}/main.slow.test.ts`, by: '--targets=test' },
  { command: /^npx nx run [\w-]+:compile /, test: 'libs/nx-plugin/src/plugin.test.ts', by: "'numbers:compile'" },
  { command: /^npx nx run pipeline:bundle /, test: 'libs/pipeline/src/image/docs.slow.test.ts', by: 'bundle' },
  {
    command: /^npx nx run infra-\w+:(cost|inventory)/,
    test: 'infra/conventions/src/command/cost-and-inventory.test.ts',
    by: 'cost',
  },
  { command: /^npx nx run infra-\w+:(preview|up) /, test: RELEASES, by: "stack('preview', ...flags)" },
  { command: /^npx nx run infra-\w+:drift /, test: RELEASES, by: "stack('drift')" },
  { command: /^npx nx run infra-\w+:destroy /, test: RELEASES, by: "stack('destroy', '--yes')" },
  { command: /^npx nx run [\w-]+:[\w-]+ .*--env /, test: 'libs/nx-plugin/src/plugin.test.ts', by: "'--env', 'prod'" },
  {
    command: /^npx nx run [\w-]+:[\w-]+ .*--param /,
    test: 'libs/nx-plugin/src/plugin.test.ts',
    by: "'--param', 'count.upTo=5'",
  },
  { command: /^npx nx run [\w-]+:[\w-]+$/, test: `${APP}/main.slow.test.ts`, by: "'nx', 'run', 'visits:run'" },
  { command: /^npx platform data /, test: `${APP}/main.story.slow.test.ts`, by: 'npx platform data push' },
  { command: /^npx platform dvc /, test: `${APP}/main.story.slow.test.ts`, by: 'npx platform dvc checkout' },
  { command: /^npx platform check --stores/, test: 'apps/platform/src/check/stores.test.ts', by: 'askStores(' },
  { command: /^npx platform check/, test: 'apps/platform/src/check/check-pipelines.test.ts', by: 'checkPipelines(' },
  {
    command: /^npx platform models /,
    test: 'apps/platform/src/models/guide.test.ts',
    by: 'the commands on models do, one after the other, what the guide says',
  },
  { command: /^npx platform train /, test: 'apps/platform/src/train/train.slow.test.ts', by: 'train([...args' },
  { command: /^npx platform image /, test: 'apps/platform/src/image/image.test.ts', by: 'the folder has a server' },
  {
    command: /^npx platform release /,
    test: 'apps/platform/src/image/image.test.ts',
    by: 'a release names what is in',
  },
  {
    command: /^npx platform deploy /,
    test: 'apps/platform/src/deploy/deploy.slow.test.ts',
    by: 'a release is deployed',
  },
  { command: /^npx platform monitor /, test: 'apps/platform/src/monitor/monitor.test.ts', by: 'drift ends with 8' },
  { command: /^npx platform hook /, test: 'apps/platform/src/hooks/hook.test.ts', by: 'a hook that is not there' },
  {
    command: /^npx biome check --write --staged$/,
    test: 'apps/platform/src/hooks/pre-commit.test.ts',
    by: 'what is said mends it',
  },
  {
    command: /^npx platform github setup /,
    test: 'apps/platform/src/github/setup/setup.test.ts',
    by: 'a dry run prints commands',
  },
  { command: / --log-predictions /, test: 'apps/model-server/src/main.test.ts', by: "'--log-predictions', log" },
  {
    command: /^npx run-step .*--spark /,
    test: 'libs/pipeline/src/runner/run-on-spark.slow.test.ts',
    by: '%s: a pipeline’s Spark steps run on the service',
  },
  { command: /^npx node apps\/model-server\//, test: 'apps/model-server/src/main.test.ts', by: 'main.ts' },
  { command: /^docker (build|run) /, test: 'libs/pipeline/src/image/docs.slow.test.ts', by: 'docker build' },
];

export const OTHERS: readonly Others[] = [
  { command: /^git /, because: "Git's own; the test of a story types most of them" },
  { command: /^(cd|export) /, because: "the shell's own" },
  { command: /^npx nx graph$/, because: 'opens a browser' },
  { command: /^npm exec -- node benchmarks\//, because: 'measures, for minutes, on a machine that does nothing else' },
  { command: /^(gh|az) /, because: 'asks GitHub or Azure DevOps' },
  { command: /^aws s3 sync /, because: 'needs a bucket' },
  { command: /^docker push /, because: 'needs a registry of a cloud' },
  { command: /^pulumi (login|stack|up) /, because: 'makes an account ready: needs one' },
  {
    command: /^npm (install create-ml-platform|audit signatures)$/,
    because: "asks npm's own registry for what is published there",
  },
];
