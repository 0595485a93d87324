import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { JsonSchema } from '../core/templates/json-schema';
import { fieldRows } from '../core/templates/reference';
import { declaredTools } from '../core/tools/manifest';
import { tools } from '../core/tools/table';
import type { Tool } from '../core/tools/tool';

/** Where the page lies in the repository. */
export const toolsPagePath = 'docs/mcp-tools.md';

/** The page of all tools: what each does, takes and gives, made of the one table. Pure. */
export function toolsPage(): string {
  return `# MCP tools

Made from the table of tools by \`npm run schema\`; edit the table, not this page. [mcp.md](mcp.md) explains how it all works together.

${tools.map(section).join('\n')}`;
}

function section({ name, title, description, input, output, hints }: Tool): string {
  const words = [
    hints.readOnly ? 'only reads' : hints.destructive ? 'may destroy' : 'changes things',
    ...(hints.idempotent ? ['may be repeated'] : []),
    ...(hints.openWorld ? ['reaches beyond this machine'] : []),
  ];
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input' }) as JsonSchema & {
    readonly required?: readonly string[];
  };
  const rows = Object.entries(properties)
    .flatMap(([field, schema]) => fieldRows(field, schema))
    .map(([field = '', takes = '', usual = '', what = '']) => {
      const must = required.some((one) => field === `\`${one}\``);
      return [field, takes, must ? 'required' : usual, what];
    });
  const table =
    rows.length === 0
      ? 'It takes nothing.\n'
      : `| field | takes | default | what it is |
| --- | --- | --- | --- |
${rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}
`;
  const given = Object.keys(output.shape).map((field) => `\`${field}\``);
  return `## \`${name}\`: ${title}

${description} It ${words.join(', ')}.

${table}
Gives ${given.join(', ')}.
`;
}

/** Puts the tools as an editor is told of them into package.json's text, and leaves the rest as it is. Pure. */
export function withDeclaredTools(manifest: string): string {
  const parsed = JSON.parse(manifest) as { readonly contributes: object };
  const contributes = { ...parsed.contributes, languageModelTools: declaredTools() };
  return `${JSON.stringify({ ...parsed, contributes }, null, 2)}\n`;
}

async function publish(): Promise<void> {
  const root = join(__dirname, '../..');
  const manifest = join(root, 'package.json');
  await writeFile(join(root, toolsPagePath), toolsPage());
  await writeFile(manifest, withDeclaredTools(await readFile(manifest, 'utf8')));
}

/** Run by `npm run schema`, never by the server. The formatter goes over the files afterwards. */
if (require.main === module) void publish();
