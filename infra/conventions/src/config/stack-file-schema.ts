import { z } from 'zod';
import { type WrittenConfig, writtenSchema } from './read-stack-config.ts';

/** The JSON Schema of a project's stack files, by which an editor completes and checks `Pulumi.*.yaml`. */
export function stackFileSchema(project: string, definition: WrittenConfig): object {
  const { scalars, sections, secrets = {} } = definition;
  const written = z.toJSONSchema(writtenSchema(scalars, sections), {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
  });
  const { properties = {}, required = [] } = written;
  const qualified = (key: string) => `${project}:${key}`;
  const secret = (description: string) => {
    return { description, type: 'object', properties: { secure: { type: 'string' } }, required: ['secure'] };
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Stack of ${project}`,
    type: 'object',
    properties: {
      secretsprovider: { type: 'string', description: 'What encrypts the secrets, such as awskms://alias/NAME' },
      encryptedkey: { type: 'string' },
      encryptionsalt: { type: 'string' },
      config: {
        type: 'object',
        properties: {
          ...Object.fromEntries(Object.entries(properties).map(([key, value]) => [qualified(key), value])),
          ...Object.fromEntries(Object.entries(secrets).map(([key, text]) => [qualified(key), secret(text)])),
        },
        patternProperties: { '^pulumi:': {} },
        required: required.map(qualified),
        additionalProperties: false,
      },
    },
    required: ['config'],
    additionalProperties: false,
  };
}
