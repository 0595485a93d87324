import type { Devcontainers } from './devcontainer/types';
import type { EngineConnection, EngineWish } from './engine/types';
import type { Git } from './git/types';
import type { Health } from './health/health';
import type { BerthHome } from './home';
import type { Use } from './idle/use';
import type { Dotfiles } from './inside/dotfiles-wish';
import type { Inside } from './inside/inside';
import type { Actor } from './journal/entry';
import type { Journal } from './journal/journal';
import type { Disposable } from './lifetime';
import type { Logger } from './log';
import type { Images } from './projects/images';
import type { Ports } from './ports/types';
import type { Projects } from './projects/types';
import type { SshFiles } from './line/ssh-files';
import type { WarmPool } from './sandbox/warm/pool';
import type { AgentSecrets } from './secrets/agent-secrets-types';
import type { SecretStorage } from './secrets/types';
import type { EditorServers } from './servers/servers';
import type { Services } from './services/services';
import type { Snapshots } from './snapshots/types';
import type { Templates } from './templates/types';
import type { Worktrees } from './worktrees/types';

export interface CoreOptions {
  readonly log: Logger;
  /** Who is behind what this face is asked to do: the journal says so. */
  readonly actor: Actor;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder with the built-in templates and this version's `cli.js`: the extension's or package's root. */
  readonly installation: string;
  /** The editor's own program, which is Node when ELECTRON_RUN_AS_NODE=1 is set: what the launcher tries first. */
  readonly editorBinary?: string;
  /** Absolute paths of PEM files of CA certificates that images are to trust, besides those of `BERTH_EXTRA_CA_CERTS`; asked anew each time. */
  readonly extraCaCertificates?: () => readonly string[];
  /** Whether the monitor may build and run by itself here; left out, it may not. */
  readonly mayRefresh?: () => boolean;
  /** Whether the monitor may ask registries, every six hours, for newer base images: not where left out. */
  readonly mayAskRegistry?: () => boolean;
  /** The editor's secret storage: what `editor:` secrets come from. */
  readonly secretStorage?: SecretStorage;
  /** The user's dotfiles by the editor's settings; those of `BERTH_DOTFILES` count where there are none. Asked anew each time. */
  readonly dotfiles?: () => Dotfiles | null;
  /** An engine to use in place of the one that would be found. */
  readonly engineUrl?: string;
  /** The engine that the user chose for this face; asked anew whenever the connection is told to choose again. */
  readonly engineWish?: () => EngineWish | null;
}

/** What all three faces build. Making one costs nothing: engines, SSH and YAML are loaded when first used. */
export interface Core extends Disposable {
  readonly home: BerthHome;
  readonly engine: EngineConnection;
  readonly templates: Templates;
  readonly devcontainers: Devcontainers;
  readonly projects: Projects;
  readonly ports: Ports;
  readonly services: Services;
  readonly use: Use;
  readonly inside: Inside;
  readonly editorServers: EditorServers;
  readonly images: Images;
  readonly snapshots: Snapshots;
  readonly worktrees: Worktrees;
  readonly agentSecrets: AgentSecrets;
  readonly warm: WarmPool;
  readonly ssh: SshFiles;
  readonly git: Git;
  readonly journal: Journal;
  readonly health: Health;
}
