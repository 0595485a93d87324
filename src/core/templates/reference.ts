import { templateJsonSchema, type JsonSchema } from './json-schema';

/** The page docs/template-reference.md: every field with what it takes and what it is without. Pure. */
export function referencePage(): string {
  const { properties = {} } = templateJsonSchema();
  const rows = Object.entries(properties).flatMap(([name, schema]) => fieldRows(name, schema));
  return `# Template reference

Made from the schema by \`npm run schema\`; edit the schema, not this page. [templates.md](templates.md) explains how it all works together.

| field | takes | default | what it does |
| --- | --- | --- | --- |
${rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}
`;
}

/** A field, and those within it, as rows of a table: its path, what it takes, what it is without, what it does. Pure. */
export function fieldRows(path: string, schema: JsonSchema): string[][] {
  const hasDefault = schema.default !== undefined && !isEmptyMap(schema.default);
  const row = [
    `\`${path}\``,
    taken(schema),
    hasDefault ? `\`${JSON.stringify(schema.default)}\`` : '',
    schema.description ?? '',
  ];
  const within = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    fieldRows(`${path}.${name}`, child),
  );
  const values = schema.additionalProperties;
  const entries =
    typeof values === 'object' && values.properties !== undefined
      ? Object.entries(values.properties).flatMap(([name, child]) => fieldRows(`${path}.NAME.${name}`, child))
      : [];
  const items = Object.entries(schema.items?.properties ?? {}).flatMap(([name, child]) =>
    fieldRows(`${path}[].${name}`, child),
  );
  return [row, ...within, ...entries, ...items];
}

/** What a field takes, in a word or two. */
function taken(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${text(schema.const)}\``;
  if (schema.enum !== undefined) {
    return schema.enum
      .filter((value) => value !== null)
      .map((value) => `\`${text(value)}\``)
      .join(', ');
  }
  if (schema.anyOf !== undefined)
    return [...new Set(schema.anyOf.map(taken).filter((word) => word !== ''))].join(' or ');
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null');
  if (types.includes('array')) return schema.items === undefined ? 'list' : `list of ${taken(schema.items)}`;
  return types
    .map((type) => words[type] ?? type)
    .filter((word) => word !== '')
    .join(' or ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const words: Readonly<Record<string, string>> = {
  object: 'map',
  string: 'text',
  boolean: 'true or false',
  integer: 'number',
};

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
