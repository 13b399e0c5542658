/** What an update would do. No value of a resource is in it: names of properties alone. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly violations: readonly Violation[];
  /** Names of the resources that something is wrong with; what that is stands in the log, which may know secrets. */
  readonly failing: readonly string[];
}

export interface PlannedChange {
  readonly operation: Operation;
  /** As Pulumi has it: `aws:s3/bucket:Bucket`. */
  readonly type: string;
  readonly name: string;
  /** That differ; of an update and a replacement. */
  readonly properties: readonly string[];
}

export interface Violation {
  readonly policy: string;
  readonly isMandatory: boolean;
  readonly message: string;
  /** Undefined for one of the whole stack. */
  readonly resource: string | undefined;
}

/** In the order in which a reader should look at them. */
export const OPERATIONS = ['delete', 'replace', 'create', 'update', 'import'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Of what Pulumi logs with `--event-log`: https://www.pulumi.com/docs/reference/pkg/nodejs/pulumi/pulumi/automation/events */
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly enforcementLevel: string;
  };
  readonly diagnosticEvent?: { readonly urn?: string; readonly severity: string };
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[] | null;
}

/** Reads what the engine logged of a preview. */
export function planIn(events: readonly EngineEvent[]): Plan {
  const failing = events.flatMap(({ diagnosticEvent: found }) => {
    return found?.severity === 'error' && found.urn !== undefined && !isStack(found.urn) ? nameOf(found.urn) : [];
  });
  return {
    changes: events.flatMap(({ resourcePreEvent }) => changeOf(resourcePreEvent?.metadata)),
    violations: events.flatMap(({ policyEvent: found }) => {
      if (found === undefined) return [];
      const { resourceUrn, policyName: policy, message, enforcementLevel } = found;
      const resource = resourceUrn === undefined || isStack(resourceUrn) ? undefined : nameOf(resourceUrn);
      return { policy, message: message.trim(), isMandatory: enforcementLevel === 'mandatory', resource };
    }),
    failing: [...new Set(failing)],
  };
}

/** A replacement has steps of its own for what is made and what goes: it counts once. */
function changeOf(step: StepMetadata | undefined): PlannedChange[] {
  const operation = OPERATIONS.find((one) => one === step?.op);
  if (step === undefined || operation === undefined || isStack(step.urn)) return [];
  return [{ operation, type: step.type, name: nameOf(step.urn), properties: [...(step.diffs ?? [])].sort() }];
}

function nameOf(urn: string): string {
  return urn.split('::').at(-1) ?? urn;
}

function isStack(urn: string): boolean {
  return urn.includes('::pulumi:pulumi:Stack::');
}
