/** A process of this machine. `started` tells it from another that got the same number. */
export interface HostProcess {
  readonly pid: number;
  readonly started: string;
  readonly argv: readonly string[];
  /** Whether it has a terminal. */
  readonly terminal: boolean;
}

/** Who connects again by itself when a connection ends. */
export type Holder = Pick<HostProcess, 'pid' | 'started'>;

const shells = /^(sh|bash|dash|zsh|fish|ksh|csh|tcsh|nu|pwsh|powershell|cmd)$/;

/**
 * Who would connect again by itself, out of the processes above an `ssh-proxy`, the nearest first; null where a person
 * does, at a shell's prompt. An editor does it from the process that it has for each window (Electron's children carry
 * `--type=`), or from a helper of that; anything else is known by the process that started ssh, such as `autossh`. Pure.
 */
export function holderOf(above: readonly HostProcess[]): Holder | null {
  const starters = above.slice(above.findIndex((one) => !isRoad(one)));
  const [starter] = starters;
  if (starter === undefined || isRoad(starter) || isPrompt(starter)) return null;
  // What is above a prompt belongs to the terminal, not to whoever was started there.
  const prompt = starters.findIndex(isPrompt);
  const own = prompt < 0 ? starters : starters.slice(0, prompt);
  const holder = own.find(({ argv }) => argv.some((word) => word.startsWith('--type='))) ?? starter;
  return { pid: holder.pid, started: holder.started };
}

/** ssh itself, and the shell or launcher through which it starts its ProxyCommand. */
function isRoad({ argv }: HostProcess): boolean {
  return nameOf(argv) === 'ssh' || argv.some((word) => /(^|\s)ssh-proxy(\s|$)/.test(word));
}

/** A shell at a terminal that runs no script: what it starts, a person typed. */
function isPrompt({ argv, terminal }: HostProcess): boolean {
  if (!terminal || !shells.test(nameOf(argv))) return false;
  const words = argv.slice(1).map((word) => word.toLowerCase());
  if (words.some((word) => /^[-/](noexit|k)$/.test(word))) return true;
  // Editors give their shells a start file as `--option FILE`.
  return words.every((word, at) => /^[-/]/.test(word) || /^--./.test(words[at - 1] ?? '')) && !words.includes('-c');
}

function nameOf(argv: readonly string[]): string {
  const program = (argv[0] ?? '').replace(/^-/, '');
  return (program.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '').toLowerCase();
}

/** One stop of a container: the next has another time. `finishedAt`: ISO 8601, the engine's. */
export interface Stop {
  readonly container: string;
  readonly finishedAt: string | null;
}

/** Written down for a connection that a stop ended. */
export interface Hold extends Stop {
  readonly holder: Holder;
}

/** Whether a connection is one that reconnects by itself after this very stop, and so must not undo it. Pure. */
export function isHeld(holds: readonly Hold[], stop: Stop, holder: Holder | null): boolean {
  return (
    holder !== null &&
    holds.some((hold) => isOf(hold, stop) && hold.holder.pid === holder.pid && hold.holder.started === holder.started)
  );
}

/** Whether a hold is of this stop; of any other it has no meaning any more. Pure. */
export function isOf(hold: Stop, stop: Stop): boolean {
  return hold.container === stop.container && hold.finishedAt === stop.finishedAt;
}
