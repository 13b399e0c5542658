import { z } from 'zod';
import { DOCUMENT_VERSION, pipelineDocumentSchema } from './document.ts';

/** The JSON Schema (2020-12) of the pipeline document, as published in `pipeline.schema.json`. */
export function pipelineJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(pipelineDocumentSchema, { io: 'input' });
  return { ...schema, title: `Pipeline document ${DOCUMENT_VERSION}` };
}
