/** Where an editor's server keeps its data in a container's home, by the scheme of the editor's links. */
const known: Readonly<Record<string, string>> = {
  vscode: '.vscode-server',
  'vscode-insiders': '.vscode-server-insiders',
  cursor: '.cursor-server',
  windsurf: '.windsurf-server',
  vscodium: '.vscodium-server',
  antigravity: '.antigravity-server',
  'code-oss': '.vscode-remote',
};

/** The folder's name. Editors name it after themselves, so that a guess for an unknown one is good. Pure. */
export function serverFolder(uriScheme: string): string {
  const scheme = uriScheme.replace(/[^a-z0-9-]/gi, '').toLowerCase();
  return known[scheme] ?? `.${scheme === '' ? 'vscode' : scheme}-server`;
}
