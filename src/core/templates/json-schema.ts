import * as z from 'zod';
import { formOf } from './schema-parts';
import { localDocument, templateDocument } from './schema';

/** A node of a JSON Schema, as far as this room makes them. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  [word: string]: unknown;
}

/** The JSON Schema of a template file (draft 2020-12), for completion and hover in editors. Pure. */
export function templateJsonSchema(): JsonSchema {
  return jsonSchemaOf(templateDocument, 'Berth template');
}

/** The same of a `berth.local.yaml`, which may leave its head out. Pure. */
export function localJsonSchema(): JsonSchema {
  return jsonSchemaOf(localDocument, 'Berth template laid over berth.yaml');
}

function jsonSchemaOf(document: z.ZodType, title: string): JsonSchema {
  const made = z.toJSONSchema(document, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const form = formOf(zodSchema);
      if (form === undefined) return;
      const described: Record<string, unknown> = { ...z.toJSONSchema(form, { io: 'input' }) };
      delete described['$schema'];
      Object.assign(jsonSchema, described);
    },
  }) as JsonSchema;
  const spec = made.properties?.['spec'];
  if (spec !== undefined) allowRemoval(spec);
  return { $schema: made['$schema'], title, ...made };
}

/** Below `spec`, null is right wherever a key has a value: it removes what a parent gave. */
function allowRemoval(schema: JsonSchema): void {
  for (const child of Object.values(schema.properties ?? {})) {
    allowRemoval(child);
    nullable(child);
  }
  if (typeof schema.additionalProperties === 'object') {
    allowRemoval(schema.additionalProperties);
    nullable(schema.additionalProperties);
  }
}

function nullable(schema: JsonSchema): void {
  if (schema.anyOf !== undefined) schema.anyOf = [...schema.anyOf, { type: 'null' }];
  if (schema.enum !== undefined) schema.enum = [...schema.enum, null];
  if (schema.type !== undefined) schema.type = [schema.type, 'null'].flat();
}
