/** Extensions that open `vscode-remote://ssh-remote+…` folders, in the order in which they are looked for. */
export const sshProviders = [
  'jeanp413.open-remote-ssh',
  'codeium.windsurf-remote-openssh',
  'anysphere.remote-ssh',
  'ms-vscode-remote.remote-ssh',
  'google.antigravity-remote-openssh',
] as const;
export type SshProvider = (typeof sshProviders)[number];

/** The first provider that is installed. */
export function findProvider(isInstalled: (id: SshProvider) => boolean): SshProvider | undefined {
  return sshProviders.find((id) => isInstalled(id));
}
