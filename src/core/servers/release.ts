/** One build of an editor, as its own product file tells: what its server is called, and where its maker publishes it. */
export interface ServerRelease {
  /** The server's folder in a home, such as `.vscode-server`. */
  readonly folder: string;
  /** 40 hex digits. */
  readonly commit: string;
  readonly quality: string;
  /** Without the word after a dash, such as `-insider`. */
  readonly version: string;
  readonly release: string;
  /** Either the product's own pattern of the address, or the update service that knows its builds. */
  readonly source: { readonly template: string } | { readonly updates: string };
  /** Its name in the newer layout, `cli/servers/<name>/server`; null for an editor that is not known to have that. */
  readonly cliName: string | null;
}

/** Where an archive is to be had; `digest`: what answers with its SHA-256, null where nothing does. */
export interface ServerAddresses {
  readonly archive: string;
  readonly digest: string | null;
}

/** Only Microsoft's own builds name their server so, and only their update service has servers by commit. */
const updatedServers: readonly unknown[] = ['code-server', 'code-server-insiders'];

const cliQualities: Readonly<Record<string, string>> = {
  stable: 'Stable',
  insider: 'Insiders',
  exploration: 'Exploration',
};

/** Reads an editor's product.json. Null where it does not tell enough: a build of one's own, an unknown maker. Pure. */
export function releaseOf(product: unknown): ServerRelease | null {
  if (typeof product !== 'object' || product === null) return null;
  const told = new Map<string, unknown>(Object.entries(product));
  const text = (key: string): string => {
    const value = told.get(key);
    return typeof value === 'string' ? value : '';
  };
  const [folder, commit, quality] = [text('serverDataFolderName'), text('commit'), text('quality')];
  // They become parts of paths and addresses.
  if (!/^\.[a-z0-9-]+$/i.test(folder) || !/^[0-9a-f]{40}$/.test(commit) || !/^[a-z0-9-]+$/i.test(quality)) return null;
  const [template, updates] = [text('serverDownloadUrlTemplate'), text('updateUrl')];
  const updated = updates !== '' && updatedServers.includes(told.get('serverApplicationName'));
  if (template === '' && !updated) return null;
  const cli = cliQualities[quality];
  return {
    folder,
    commit,
    quality,
    version: text('version').replace(/-.*$/, ''),
    release: text('release'),
    source: template === '' ? { updates: updates.replace(/\/+$/, '') } : { template },
    cliName: updated && cli !== undefined ? `${cli}-${commit}` : null,
  };
}

/** `arch`: as the engine names it. Null for one that no editor builds its server for. Pure. */
export function serverArch(arch: string): 'x64' | 'arm64' | 'armhf' | null {
  if (/^(amd64|x86_64)$/.test(arch)) return 'x64';
  if (/^(arm64|aarch64)$/.test(arch)) return 'arm64';
  return /^(arm|armv7l?|armhf)$/.test(arch) ? 'armhf' : null;
}

/** Pure. */
export function addressesOf(of: ServerRelease, arch: string): ServerAddresses {
  if ('template' in of.source) {
    const { quality, version, commit, release } = of;
    const values: Readonly<Record<string, string>> = { quality, version, commit, release, arch, os: 'linux' };
    const archive = of.source.template.replace(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
    return { archive, digest: null };
  }
  const build = `commit:${of.commit}/server-linux-${arch}/${of.quality}`;
  return { archive: `${of.source.updates}/${build}`, digest: `${of.source.updates}/api/versions/${build}` };
}
