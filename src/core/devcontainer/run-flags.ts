/** Flags of `docker run` that stand alone: what follows them is the next flag. */
const alone = new Set([
  ...['d', 'detach', 'help', 'init', 'i', 'interactive', 'no-healthcheck', 'oom-kill-disable', 'privileged', 'P'],
  ...['publish-all', 'q', 'quiet', 'read-only', 'rm', 'sig-proxy', 't', 'tty', 'use-api-socket'],
  ...['disable-content-trust'],
]);

const shorts: Readonly<Record<string, string>> = {
  ...{ a: 'attach', c: 'cpu-shares', d: 'detach', e: 'env', h: 'hostname', i: 'interactive', l: 'label', m: 'memory' },
  ...{ P: 'publish-all', p: 'publish', q: 'quiet', t: 'tty', u: 'user', v: 'volume', w: 'workdir', net: 'network' },
};

/** One flag with its value; both may be one argument or two. */
export interface RunFlag {
  /** The long name; null for an argument that is no flag. */
  readonly name: string | null;
  /** `true` for a flag that stands alone; null where the value is missing. */
  readonly value: string | null;
  /** Its places among the arguments. */
  readonly indices: readonly number[];
}

/** Takes the arguments of `docker run` apart as its own parser does: `--name=value`, `--name value`, `-e value`, `-evalue`, `-it`. Pure. */
export function parseRunArgs(args: readonly string[]): RunFlag[] {
  const flags: RunFlag[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const text = args[index] ?? '';
    const [, long, given] = /^--([A-Za-z0-9][A-Za-z0-9-]*)(?:=(.*))?$/s.exec(text) ?? [];
    if (long !== undefined) {
      const name = long === 'net' ? 'network' : long;
      if (given !== undefined) flags.push({ name, value: given, indices: [index] });
      else if (alone.has(name)) flags.push({ name, value: 'true', indices: [index] });
      else {
        flags.push(withNext(name, args, index));
        index += 1;
      }
      continue;
    }
    const [, letters] = /^-([A-Za-z].*)$/s.exec(text) ?? [];
    if (letters === undefined) {
      flags.push({ name: null, value: text, indices: [index] });
      continue;
    }
    // Letters that stand alone may be followed by more; the first that takes a value takes the rest.
    for (let at = 0; at < letters.length; at += 1) {
      const letter = letters[at] ?? '';
      const name = Object.hasOwn(shorts, letter) ? (shorts[letter] ?? letter) : letter;
      if (alone.has(letter)) {
        flags.push({ name, value: 'true', indices: [index] });
        continue;
      }
      const rest = letters.slice(at + 1).replace(/^=/, '');
      if (rest !== '') flags.push({ name, value: rest, indices: [index] });
      else {
        flags.push(withNext(name, args, index));
        index += 1;
      }
      break;
    }
  }
  return flags;
}

function withNext(name: string, args: readonly string[], index: number): RunFlag {
  const value = args[index + 1];
  return value === undefined ? { name, value: null, indices: [index] } : { name, value, indices: [index, index + 1] };
}
