import { z } from 'zod';

/**
 * A tool's schema as clients get it: JSON Schema of the dialect that the protocol means where none is named. It is not
 * named, since VS Code 1.105 fetches what `$schema` names from the network to check a tool by it, and where it cannot (it
 * also knows no newer dialect than draft 7) leaves the tool out. Pure.
 * @throws Error where zod has come to write another dialect
 */
export function jsonSchemaOf(schema: z.ZodObject, io: 'input' | 'output'): Readonly<Record<string, unknown>> {
  const { $schema: dialect, ...rest } = z.toJSONSchema(schema, { io });
  if (dialect !== 'https://json-schema.org/draft/2020-12/schema')
    throw new Error(`Another dialect: ${String(dialect)}`);
  return rest;
}
