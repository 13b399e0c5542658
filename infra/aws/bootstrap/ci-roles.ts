import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument } from '../components/access/statements.ts';
import { type CiIdentity, trustJobs } from './ci-trust.ts';
import { boundaryName, boundaryStatements } from './deployer/boundary.ts';
import { type AccountPlace, deployerPlace } from './deployer/place.ts';
import { deployerPolicies } from './deployer/policies.ts';
import type { Places } from './deployer/shared-data.ts';
import { readerStatements } from './reader-statements.ts';
import { signingStatements } from './signing-key.ts';
import { stateStatements } from './state-access.ts';

/** What lists and describes, which IAM mostly allows on all or nothing; it reads no data. */
const VIEW_ONLY = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';

export interface CiRolesArgs extends AccountPlace {
  readonly identity: CiIdentity;
  readonly environments: readonly string[];
  readonly places: Places;
  readonly stateBucketArn: pulumi.Input<string>;
  /** Of the bucket. */
  readonly stateBucketKeyArn: pulumi.Input<string>;
  /** Of the state, per environment. */
  readonly keyArns: Readonly<Record<string, pulumi.Input<string>>>;
  /** Of what signs images, where a key does. */
  readonly signingKeyArn?: pulumi.Input<string> | undefined;
}

/**
 * Roles that the jobs of a CI system take on without a stored key: one per environment that deploys, which only a job of that
 * environment can have, and one that only reads, for pull requests and for what looks at stacks by night.
 */
export class CiRoles extends pulumi.ComponentResource {
  /** ARN per environment: on GitHub its variable AWS_ROLE, in Azure DevOps the service connection aws-ENVIRONMENT's. */
  readonly deployers: Readonly<Record<string, pulumi.Output<string>>>;
  /** ARN: on GitHub the repository's variable AWS_READER_ROLE, in Azure DevOps the service connection aws-reader's. */
  readonly reader: pulumi.Output<string>;
  /** ARN per environment: `permissionsBoundary` in the environment's stack file. */
  readonly boundaries: Readonly<Record<string, pulumi.Output<string>>>;
  readonly #name: string;
  readonly #args: CiRolesArgs;
  readonly #own: pulumi.CustomResourceOptions;
  readonly #issuerArn: pulumi.Output<string>;

  constructor(name: string, args: CiRolesArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:CiRoles', name, {}, { ...options, aliases: [{ type: 'mlp:bootstrap:GithubRoles' }] });
    [this.#name, this.#args, this.#own] = [name, args, { parent: this, protect: true }];
    const { issuer: address, audience } = args.identity;
    const issuer = { url: `https://${address}`, clientIdLists: [audience] };
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
    const description = `Deploys ${environment} from ${identity.owner}`;
    const subjects = identity.deployerSubjects(environment);
    const role = this.#role(environment, `${place.prefix}-deployer`, description, subjects);
    this.#stateAccess(environment, role, [environment], true);
    this.#signing(environment, role);
    for (const [group, statements] of Object.entries(deployerPolicies(place, places))) {
      const description = `Deploys ${environment}: ${group}`;
      const policy = { description, policy: policyDocument(statements) };
      const { arn } = new iam.Policy(`${this.#name}-${environment}-${group}`, policy, this.#own);
      this.#attach(`${environment}-${group}`, role, arn);
    }
    this.#attach(`${environment}-view`, role, VIEW_ONLY);
    return { role: role.arn, boundary: boundary.arn };
  }

  #readerRole(): pulumi.Output<string> {
    const { identity, project, environments } = this.#args;
    const description = `Previews stacks of ${identity.owner}, and looks for drift; changes nothing`;
    const role = this.#role('reader', `${project}-reader`, description, identity.readerSubjects);
    this.#stateAccess('reader', role, environments, false);
    const places = environments.map((environment) => deployerPlace(this.#args, environment));
    const policy = { description: 'How stacks are set up', policy: policyDocument(readerStatements(places)) };
    this.#attach('reader-settings', role, new iam.Policy(`${this.#name}-reader-settings`, policy, this.#own).arn);
    this.#attach('reader', role, VIEW_ONLY);
    return role.arn;
  }

  #role(part: string, name: string, description: string, subjects: readonly string[]): iam.Role {
    const { identity } = this.#args;
    const assumeRolePolicy = this.#issuerArn.apply((arn) => policyDocument([trustJobs(arn, identity, subjects)]));
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

  #signing(environment: string, role: iam.Role): void {
    const { signingKeyArn } = this.#args;
    if (signingKeyArn === undefined) return;
    const policy = pulumi.output(signingKeyArn).apply((arn) => policyDocument(signingStatements(arn, environment)));
    new iam.RolePolicy(`${this.#name}-${environment}-signing`, { role: role.name, policy }, this.#own);
  }

  #attach(part: string, role: iam.Role, policyArn: pulumi.Input<string>): void {
    new iam.RolePolicyAttachment(`${this.#name}-${part}`, { role: role.name, policyArn }, this.#own);
  }
}
