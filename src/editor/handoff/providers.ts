import type { SshProvider } from '../../core/doctor/remote-ssh';

/**
 * Pure: the provider that fits an editor, by its name and the scheme of its links. Microsoft's runs in Microsoft's own
 * editor alone by its licence; every editor without one of its own takes the free one from Open VSX.
 */
export function providerFor(appName: string, uriScheme: string): { readonly id: SshProvider; readonly label: string } {
  const editor = `${appName} ${uriScheme}`.toLowerCase();
  if (editor.includes('cursor')) return { id: 'anysphere.remote-ssh', label: 'Remote - SSH (Anysphere)' };
  if (editor.includes('windsurf')) return { id: 'codeium.windsurf-remote-openssh', label: 'Windsurf Remote - SSH' };
  if (editor.includes('antigravity')) {
    return { id: 'google.antigravity-remote-openssh', label: 'Antigravity Remote - SSH' };
  }
  if (appName.startsWith('Visual Studio Code') && /^vscode(-insiders)?$/.test(uriScheme)) {
    return { id: 'ms-vscode-remote.remote-ssh', label: 'Remote - SSH' };
  }
  return { id: 'jeanp413.open-remote-ssh', label: 'Open Remote - SSH' };
}
