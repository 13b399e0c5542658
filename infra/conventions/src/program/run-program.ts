import * as pulumi from '@pulumi/pulumi';
import { READ_OUTPUTS } from '../release/stack-releases.ts';
import { hasSecret, withoutMarks } from './marks.ts';

/** A resource as a program asks the engine for it. */
export interface DeclaredResource {
  /** Such as `aws:s3/bucket:Bucket`. */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parent: string | undefined;
  /** Whether a provider makes it; a component is only a group. */
  readonly isCustom: boolean;
  /** Outputs of other resources stand in it as the stand-in gave them; secrets are plain. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs whose values are secret. */
  readonly secretInputs: readonly string[];
  /** URNs that each input's value came from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: readonly string[];
    readonly deletedWith: string | undefined;
    readonly additionalSecretOutputs: readonly string[];
  };
}

/** What Pulumi calls it where states are in a bucket. */
const ORGANIZATION = 'organization';

/** What a cloud would answer for a resource: its id, and outputs beyond its inputs. */
export type StandIn = (type: string, name: string, inputs: Record<string, unknown>) => { id: string; state: object };

export interface ProgramRun {
  readonly project: string;
  readonly stack: string;
  /** As in a stack file: by `namespace:key`; an object as JSON. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
  readonly standIn: StandIn;
  /** What the stack said after its last update, such as its release. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** As `pulumi preview` of a new stack does: what only a cloud can say is unknown. */
  readonly isPreview?: boolean;
}

export interface RunResult {
  readonly resources: readonly DeclaredResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export type Program = () => Promise<Record<string, unknown> | undefined>;

/**
 * Runs a stack's program without an engine and without a cloud, and returns what it asks for. One at a time in a
 * process: Pulumi's SDK keeps the state of a run in module variables.
 *
 * @throws what the program throws, where a call of a provider function isn't known, and where two resources have one URN.
 */
export async function runProgram(program: Program, run: ProgramRun): Promise<RunResult> {
  const resources: DeclaredResource[] = [];
  const known = new Set<string>();
  // An error inside of the SDK would leave outputs that never resolve: the run goes on to its end, and fails there.
  const failures: unknown[] = [];
  await pulumi.runtime.setMocks(
    {
      call: ({ token }) => {
        if (token === READ_OUTPUTS) return { outputs: run.outputs ?? {} };
        failures.push(new Error(`the program calls ${token}: a provider function that has no stand-in`));
        return {};
      },
      newResource: ({ type, name, inputs, custom }) => {
        if (!custom) return { id: undefined, state: inputs };
        const { id, state } = run.standIn(type, name, inputs);
        return run.isPreview ? { id: undefined, state: inputs } : { id, state: { ...inputs, ...state } };
      },
    },
    run.project,
    run.stack,
    run.isPreview ?? false,
    ORGANIZATION,
  );
  pulumi.runtime.setAllConfig({ ...run.config }, [...(run.secretKeys ?? [])]);
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  monitor.newUrn = (parent, type, name) => urnOf(run, parent, type, name);
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    const declared = readRequest(request, monitor);
    if (known.has(declared.urn)) failures.push(new Error(`two resources have one name: ${declared.urn}`));
    known.add(declared.urn);
    resources.push(declared);
    await register(request, callback);
  };
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return (await program()) ?? {};
    } catch (thrown) {
      failures.unshift(thrown);
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  if (failures.length > 0) throw failures[0];
  return { resources: resources.filter(({ type }) => type !== 'pulumi:pulumi:Stack'), outputs: await plain(outputs) };
}

/** As the engine makes it, which leaves out that the stack is a parent; the SDK's mock doesn't. */
function urnOf({ stack, project }: ProgramRun, parent: string, type: string, name: string): string {
  const above = parent.split('::')[2];
  const qualified = above && above !== 'pulumi:pulumi:Stack' ? `${above}$${type}` : type;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getDeletedwith(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
}

interface Monitor {
  registerResource(request: Request, callback: (error: Error | null, response?: unknown) => void): Promise<void>;
  newUrn(parent: string, type: string, name: string): string;
}

function readRequest(request: Request, monitor: Monitor): DeclaredResource {
  const raw = request.getObject()?.toJavaScript() ?? {};
  const dependencies = [...request.getPropertydependenciesMap().entries()];
  return {
    type: request.getType(),
    name: request.getName(),
    urn: monitor.newUrn(request.getParent(), request.getType(), request.getName()),
    parent: request.getParent() || undefined,
    isCustom: request.getCustom(),
    inputs: withoutMarks(raw) as Record<string, unknown>,
    secretInputs: Object.keys(raw).filter((key) => hasSecret(raw[key])),
    propertyDependencies: Object.fromEntries(dependencies.map(([name, one]) => [name, one.getUrnsList()])),
    dependencies: request.getDependenciesList(),
    provider: request.getProvider(),
    options: {
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      deletedWith: request.getDeletedwith() || undefined,
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    },
  };
}

async function plain(outputs: unknown): Promise<Record<string, unknown>> {
  const all = pulumi.output(outputs) as unknown as { promise(withUnknowns?: boolean): Promise<unknown> };
  return ((await all.promise(true)) ?? {}) as Record<string, unknown>;
}
