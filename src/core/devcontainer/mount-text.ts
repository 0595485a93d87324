/** A mount, however it was written: keys as `docker run --mount` has them. */
export interface MountParts {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Keys that are none of these. */
  readonly others: readonly string[];
}

const aliases: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};

/** `type=bind,source=…,target=…,readonly`. A field that holds a comma stands in double quotes, as in CSV. Pure. */
export function parseMount(text: string): MountParts {
  return fromPairs(
    csvFields(text).map((field): readonly [string, string] => {
      const at = field.indexOf('=');
      return at === -1 ? [field.trim(), 'true'] : [field.slice(0, at).trim(), field.slice(at + 1)];
    }),
  );
}

/** The same from keys and values. */
export function fromPairs(pairs: Iterable<readonly [string, string]>): MountParts {
  const parts = new Map<string, string>();
  for (const [key, value] of pairs) parts.set(aliases[key.toLowerCase()] ?? key.toLowerCase(), value);
  const readOnly = parts.get('readonly');
  return {
    // The engine's own default.
    type: parts.get('type') ?? 'volume',
    source: parts.get('source') ?? '',
    target: parts.get('target') ?? '',
    readOnly: readOnly !== undefined && readOnly !== 'false' && readOnly !== '0',
    others: [...parts.keys()].filter((key) => !['type', 'source', 'target', 'readonly', ''].includes(key)),
  };
}

function csvFields(text: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field];
}
