import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument } from '../components/access/statements.ts';
import { boundaryName, boundaryStatements } from './deployer/boundary.ts';
import { type AccountPlace, deployerPlace } from './deployer/place.ts';
import { deployerPolicies } from './deployer/policies.ts';
import type { Places } from './deployer/shared-data.ts';
import { ISSUER, type RepositoryIdentity, subjectsOf, trustJobs } from './github-subjects.ts';
import { readerStatements } from './reader-statements.ts';
import { stateStatements } from './state-access.ts';

/** What lists and describes, which IAM mostly allows on all or nothing; it reads no data. */
const VIEW_ONLY = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';

export interface GithubRolesArgs extends AccountPlace {
  readonly identity: RepositoryIdentity;
  readonly environments: readonly string[];
  readonly places: Places;
  readonly stateBucketArn: pulumi.Input<string>;
  /** Of the bucket. */
  readonly stateBucketKeyArn: pulumi.Input<string>;
  /** Of the state, per environment. */
  readonly keyArns: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Roles that GitHub's workflows take on without a stored key: one per environment that deploys, which only a job of that
 * environment can have, and one that only reads, for pull requests and for what looks at stacks by night.
 * https://docs.github.com/actions/reference/security/oidc
 */
export class GithubRoles extends pulumi.ComponentResource {
  /** ARN per environment, for the variable AWS_ROLE of that environment on GitHub. */
  readonly deployers: Readonly<Record<string, pulumi.Output<string>>>;
  /** ARN, for the repository's variable AWS_READER_ROLE. */
  readonly reader: pulumi.Output<string>;
  /** ARN per environment: `permissionsBoundary` in the environment's stack file. */
  readonly boundaries: Readonly<Record<string, pulumi.Output<string>>>;
  readonly #name: string;
  readonly #args: GithubRolesArgs;
  readonly #own: pulumi.CustomResourceOptions;
  readonly #issuerArn: pulumi.Output<string>;

  constructor(name: string, args: GithubRolesArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:GithubRoles', name, {}, options);
    [this.#name, this.#args, this.#own] = [name, args, { parent: this, protect: true }];
    const issuer = { url: `https://${ISSUER}`, clientIdLists: ['sts.amazonaws.com'] };
    this.#issuerArn = new iam.OpenIdConnectProvider(name, issuer, this.#own).arn;
    const made = args.environments.map((environment) => [environment, this.#deployer(environment)] as const);
    this.deployers = Object.fromEntries(made.map(([environment, { role }]) => [environment, role]));
    this.boundaries = Object.fromEntries(made.map(([environment, { boundary }]) => [environment, boundary]));
    this.reader = this.#readerRole();
    this.registerOutputs({ deployers: this.deployers, reader: this.reader });
  }

  #deployer(environment: string) {
    const { identity, places } = this.#args;
    const place = deployerPlace(this.#args, environment);
    const boundary = new iam.Policy(
      `${this.#name}-${environment}-boundary`,
      {
        name: boundaryName(place.prefix),
        description: `The most that a role of ${environment} can be allowed`,
        policy: policyDocument(boundaryStatements(place)),
      },
      this.#own,
    );
    const description = `Deploys ${environment} from ${identity.repository}`;
    const role = this.#role(environment, `${place.prefix}-deployer`, description, [`environment:${environment}`]);
    this.#stateAccess(environment, role, [environment], true);
    for (const [group, statements] of Object.entries(deployerPolicies(place, places))) {
      const description = `Deploys ${environment}: ${group}`;
      const policy = { description, policy: policyDocument(statements) };
      const { arn } = new iam.Policy(`${this.#name}-${environment}-${group}`, policy, this.#own);
      this.#attach(`${environment}-${group}`, role, arn);
    }
    this.#attach(`${environment}-view`, role, VIEW_ONLY);
    return { role: role.arn, boundary: boundary.arn };
  }

  /** What runs by a schedule is of the main branch. */
  #readerRole(): pulumi.Output<string> {
    const { identity, project, environments } = this.#args;
    const description = `Previews stacks of ${identity.repository}, and looks for drift; changes nothing`;
    const role = this.#role('reader', `${project}-reader`, description, ['pull_request', 'ref:refs/heads/main']);
    this.#stateAccess('reader', role, environments, false);
    const places = environments.map((environment) => deployerPlace(this.#args, environment));
    const policy = { description: 'How stacks are set up', policy: policyDocument(readerStatements(places)) };
    this.#attach('reader-settings', role, new iam.Policy(`${this.#name}-reader-settings`, policy, this.#own).arn);
    this.#attach('reader', role, VIEW_ONLY);
    return role.arn;
  }

  /** `jobs` are what GitHub says of those that may have it. */
  #role(part: string, name: string, description: string, jobs: readonly string[]): iam.Role {
    const subjects = jobs.flatMap((job) => subjectsOf(this.#args.identity, job));
    const assumeRolePolicy = this.#issuerArn.apply((arn) => policyDocument([trustJobs(arn, subjects)]));
    const role = { name, description, assumeRolePolicy, maxSessionDuration: 3600 };
    return new iam.Role(`${this.#name}-${part}`, role, this.#own);
  }

  #stateAccess(part: string, role: iam.Role, environments: readonly string[], canWrite: boolean): void {
    const { project, region, stateBucketArn, stateBucketKeyArn, keyArns } = this.#args;
    const policy = pulumi
      .all([stateBucketArn, stateBucketKeyArn, pulumi.all(environments.flatMap((one) => keyArns[one] ?? []))])
      .apply(([bucketArn, bucketKeyArn, arns]) => {
        const state = { bucketArn, bucketKeyArn, keyArns: arns };
        return policyDocument(stateStatements({ project, region, environments, canWrite }, state));
      });
    new iam.RolePolicy(`${this.#name}-${part}-state`, { role: role.name, policy }, this.#own);
  }

  #attach(part: string, role: iam.Role, policyArn: pulumi.Input<string>): void {
    new iam.RolePolicyAttachment(`${this.#name}-${part}`, { role: role.name, policyArn }, this.#own);
  }
}
