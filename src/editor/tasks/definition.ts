/** A task of `tasks.json` as the manifest's schema describes it. */
export interface BerthTask {
  /** What a shell in the container runs. */
  readonly command: string;
  /** Relative to the workspace, or absolute in the container. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Pure: reads a task's definition; null for one without a command. */
export function readDefinition(definition: Readonly<Record<string, unknown>>): BerthTask | null {
  const { command, cwd, env } = definition;
  if (typeof command !== 'string' || command.trim() === '') return null;
  const pairs = typeof env === 'object' && env !== null ? Object.entries(env) : [];
  return {
    command,
    ...(typeof cwd === 'string' && cwd !== '' ? { cwd } : {}),
    ...(pairs.length === 0 ? {} : { env: Object.fromEntries(pairs.map(([key, value]) => [key, String(value)])) }),
  };
}
