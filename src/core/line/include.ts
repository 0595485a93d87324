/**
 * The Include line in the user's own SSH config. Pure: bytes in, bytes out, as latin1 text, so that not one byte of the
 * user's is touched whatever their encoding.
 */

const marker = '# The line above is from Berth: `berth ssh-config remove` takes it out.';
const madeMarker =
  '# The line above is from Berth, which also made this file: `berth ssh-config remove` takes both away.';

/** A path as the Include line says it, in UTF-8 bytes as latin1 text. */
function includeLine(ownConfig: string): string {
  const path = ownConfig.replaceAll('\\', '/');
  // Include takes patterns: these three would match by shape.
  const literal = path.replace(/[*?[]/g, String.raw`\$&`);
  const quoted = /[\s"'#]/.test(literal) ? `"${literal.replaceAll('"', String.raw`\"`)}"` : literal;
  return Buffer.from(`Include ${quoted}`).toString('latin1');
}

/** Whether the config includes Berth's as its first word, before any `Host` could narrow it. */
export function isIncluded(config: string, ownConfig: string): boolean {
  const line = includeLine(ownConfig);
  for (const one of config.split(/\r?\n/)) {
    if (one.trim() === line) return true;
    if (/^\s*(host|match)\b/i.test(one)) return false;
  }
  return false;
}

/**
 * The config with the Include on line 1; null where it is included already. `config` is null where there is no file:
 * the marker then says so, and taking the line out takes the file away.
 */
export function withInclude(config: string | null, ownConfig: string): string | null {
  if (config !== null && isIncluded(config, ownConfig)) return null;
  const rest = config === null ? '' : (withoutInclude(config, ownConfig)?.text ?? config);
  const end = /^[^\n]*\r\n/.test(rest) ? '\r\n' : '\n';
  return [includeLine(ownConfig), config === null ? madeMarker : marker].map((line) => line + end).join('') + rest;
}

/** The config as it was; null where nothing of Berth's is in it. `gone`: the file was Berth's making and holds nothing else. */
export function withoutInclude(
  config: string,
  ownConfig: string,
): { readonly text: string; readonly gone: boolean } | null {
  const line = includeLine(ownConfig);
  const lines = config.split(/(?<=\n)/);
  const at = lines.findIndex((one) => one.trim() === line);
  if (at < 0) return null;
  const next = lines[at + 1]?.trim();
  lines.splice(at, next === marker || next === madeMarker ? 2 : 1);
  const text = lines.join('');
  return { text, gone: next === madeMarker && text === '' };
}
