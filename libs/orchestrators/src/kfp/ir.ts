/** The part of KFP's intermediate representation that is written here. Source: api/v2alpha1/pipeline_spec.proto. */
export interface ArtifactDefinition {
  readonly artifactType: { readonly schemaTitle: string; readonly schemaVersion: string };
}

export interface ParameterDefinition {
  readonly parameterType: 'NUMBER_DOUBLE' | 'STRUCT' | 'STRING';
  readonly defaultValue?: unknown;
  readonly isOptional?: boolean;
  readonly description?: string;
}

export interface Definitions {
  readonly artifacts?: Readonly<Record<string, ArtifactDefinition>>;
  readonly parameters?: Readonly<Record<string, ParameterDefinition>>;
}

export type ArtifactSource =
  | { readonly taskOutputArtifact: { readonly producerTask: string; readonly outputArtifactKey: string } }
  | { readonly componentInputArtifact: string };

export type ParameterSource =
  | { readonly taskOutputParameter: { readonly producerTask: string; readonly outputParameterKey: string } }
  | { readonly componentInputParameter: string }
  | { readonly runtimeValue: { readonly constant: unknown } };

export interface TaskInputs {
  readonly artifacts?: Readonly<Record<string, ArtifactSource>>;
  readonly parameters?: Readonly<Record<string, ParameterSource>>;
}

export interface Task {
  readonly taskInfo: { readonly name: string };
  readonly componentRef: { readonly name: string };
  readonly dependentTasks?: readonly string[];
  readonly inputs?: TaskInputs;
  readonly triggerPolicy?: { readonly condition: string };
  readonly cachingOptions?: { readonly enableCache: boolean };
  readonly retryPolicy?: Readonly<Record<string, unknown>>;
}

export interface Component {
  readonly executorLabel?: string;
  readonly dag?: { readonly tasks: Readonly<Record<string, Task>> };
  readonly inputDefinitions?: Definitions;
  readonly outputDefinitions?: Definitions;
}

export interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly resources?: Readonly<Record<string, unknown>>;
}

export interface PipelineSpec {
  readonly pipelineInfo: { readonly name: string; readonly description?: string };
  readonly schemaVersion: '2.1.0';
  readonly sdkVersion: string;
  readonly defaultPipelineRoot?: string;
  readonly root: Component;
  readonly components: Readonly<Record<string, Component>>;
  readonly deploymentSpec: { readonly executors: Readonly<Record<string, { readonly container: Container }>> };
}

/** Replaced by the engine before a container starts; within a longer text as well. */
export const placeholder = {
  input: (name: string) => `{{$.inputs.artifacts['${name}'].path}}`,
  parameter: (name: string) => `{{$.inputs.parameters['${name}']}}`,
  output: (key: string) => `{{$.outputs.artifacts['${key}'].path}}`,
  inputUri: (name: string) => `{{$.inputs.artifacts['${name}'].uri}}`,
  outputUri: (key: string) => `{{$.outputs.artifacts['${key}'].uri}}`,
  outputFile: (key: string) => `{{$.outputs.parameters['${key}'].output_file}}`,
} as const;
