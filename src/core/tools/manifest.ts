import { jsonSchemaOf } from './json-schema';
import { tools } from './table';

/** What an editor is told of a tool before any of Berth's code runs: an entry of package.json's `languageModelTools`. */
export interface DeclaredTool {
  /** The table's name with {@link declaredPrefix} before it: all extensions share one space of names. */
  readonly name: string;
  readonly displayName: string;
  readonly modelDescription: string;
  readonly toolReferenceName: string;
  readonly canBeReferencedInPrompt: true;
  readonly icon: string;
  readonly tags: readonly string[];
  readonly when: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** Before the name of each tool among those of other extensions. */
export const declaredPrefix = 'berth_';

/** The table as package.json declares it, in the table's order. Pure. */
export function declaredTools(): readonly DeclaredTool[] {
  return tools.map(({ name, title, description, input }) => ({
    name: `${declaredPrefix}${name}`,
    displayName: title,
    modelDescription: description,
    toolReferenceName: `${declaredPrefix}${name}`,
    canBeReferencedInPrompt: true,
    icon: '$(vm)',
    tags: ['berth', 'container'],
    // Nothing is built or run for a folder that is not trusted.
    when: 'isWorkspaceTrusted',
    inputSchema: jsonSchemaOf(input, 'input'),
  }));
}
