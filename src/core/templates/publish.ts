import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localJsonSchema, templateJsonSchema } from './json-schema';
import { referencePage } from './reference';

/** What is made from the schema, by its path in the repository. */
export function published(): ReadonlyMap<string, string> {
  return new Map([
    ['media/schema/template.json', `${JSON.stringify(templateJsonSchema(), null, 2)}\n`],
    ['media/schema/local-template.json', `${JSON.stringify(localJsonSchema(), null, 2)}\n`],
    ['docs/template-reference.md', referencePage()],
  ]);
}

/** Run by `npm run schema`, never by the extension. The formatter goes over the files afterwards. */
async function publish(root: string): Promise<void> {
  for (const [path, text] of published()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

if (require.main === module) void publish(join(__dirname, '../../..'));
