import type { PipelineDocument } from '@ml-platform/pipeline';

/** A field of Airflow's form for a run. */
export interface DagParam {
  /** As in `--param train.trials=50`. */
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema; null always fits it, and stands for what isn't given. */
  readonly schema: Readonly<Record<string, unknown>>;
}

type Schema = PipelineDocument['params'][string];

/** Every parameter that a run can set; one that each of its steps fixes is left out. */
export function dagParams({ params, steps }: PipelineDocument): DagParam[] {
  return Object.entries(params).flatMap(([key, { properties = {} }]) => {
    const users = steps.filter(({ paramsKey }) => paramsKey === key);
    const fixed = (param: string) =>
      users.every(({ fixedParams = {}, forEach }) => param in fixedParams || forEach?.param === param);
    return Object.entries(properties as Record<string, Schema>)
      .filter(([param]) => !fixed(param))
      .map(([param, schema]) => dagParam(`${key}.${param}`, schema));
  });
}

function dagParam(name: string, { description, default: _, ...schema }: Schema): DagParam {
  return { name, description: typeof description === 'string' ? description : null, schema: orNull(schema) };
}

/**
 * Airflow makes a typed field of a list of types, and checks what is given. What has no plain type is for the step to
 * check: a `$ref` leads nowhere outside of its schema.
 */
function orNull(schema: Schema): Schema {
  const { type } = schema;
  if (typeof type !== 'string' || JSON.stringify(schema).includes('"$ref"')) return {};
  return { ...schema, type: ['null', type], ...(Array.isArray(schema.enum) && { enum: [...schema.enum, null] }) };
}
