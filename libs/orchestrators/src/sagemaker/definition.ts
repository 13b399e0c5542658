/** A value that the service fills in: a parameter, a property of the execution, or a function of such. */
export type Variable =
  | { readonly Get: string }
  | { readonly 'Std:Join': { readonly On: string; readonly Values: readonly (string | Variable)[] } }
  | { readonly 'Std:JsonGet': { readonly S3Uri: Variable; readonly Path: string } };

export interface JobStep {
  readonly Name: string;
  readonly Type: 'Processing' | 'Training' | 'Tuning';
  readonly Description?: string;
  readonly DependsOn?: readonly string[];
  readonly RetryPolicies?: readonly object[];
  readonly Arguments: object;
}

export interface Comparison {
  readonly Type: 'GreaterThanOrEqualTo' | 'GreaterThan' | 'LessThanOrEqualTo' | 'LessThan';
  readonly LeftValue: Variable;
  readonly RightValue: Variable | number;
}

export interface ConditionStep {
  readonly Name: string;
  readonly Type: 'Condition';
  readonly DisplayName: string;
  readonly DependsOn: readonly string[];
  readonly Arguments: {
    readonly Conditions: readonly Comparison[];
    readonly IfSteps: readonly JobStep[];
    readonly ElseSteps: readonly JobStep[];
  };
}

/** The part of SageMaker's pipeline definition that is written here, version 2020-12-01. */
export interface Definition {
  readonly Version: '2020-12-01';
  readonly Metadata: object;
  readonly Parameters: readonly { readonly Name: string; readonly Type: 'String'; readonly DefaultValue: string }[];
  readonly PipelineExperimentConfig: { readonly ExperimentName: Variable; readonly TrialName: Variable };
  readonly Steps: readonly (JobStep | ConditionStep)[];
}

export const EXECUTION_ID: Variable = { Get: 'Execution.PipelineExecutionId' };
export const PIPELINE_NAME: Variable = { Get: 'Execution.PipelineName' };

/** The parameter of a pipeline that holds parameters of its steps: JSON, or where it lies. */
export const PARAMS = 'Params';

/** On one line, no longer than a field takes. */
export function oneLine(text: string, most: number): string {
  return text.replace(/\s+/g, ' ').slice(0, most);
}
