import type { Random } from './random';

/** The file that a payload makes where something runs it. */
export const canaryName = 'berth-fuzz-canary';

/** Texts that mean something to a shell, a Dockerfile, YAML, sshd's config or JSON. */
export function payloads(canary: string): readonly string[] {
  const touch = `touch ${canary}`;
  return [
    ...[
      `$(${touch})`,
      `\`${touch}\``,
      `; ${touch}`,
      `;${touch};`,
      `& ${touch} &`,
      `| ${touch}`,
      `|| ${touch}`,
      `&& ${touch}`,
    ],
    ...[`'; ${touch}; '`, `"; ${touch}; "`, `'$(${touch})'`, `"$(${touch})"`, `\\'; ${touch} #`, `\\"; ${touch} #`],
    ...[
      `a\n${touch}`,
      `a\r\n${touch}\r\n`,
      `\nRUN ${touch}\n`,
      `x\nUSER root\nRUN ${touch}`,
      `a \\\nRUN ${touch}`,
      `a\\`,
    ],
    ...[
      `\${X:-$(${touch})}`,
      `$\{IFS}`,
      '$HOME',
      '$',
      '$$',
      '$(',
      '${',
      '`',
      "'",
      '"',
      '\\',
      "'\\''",
      '"\\""',
      "\\\\'",
    ],
    ...[
      '<<EOF',
      `<<EOF\n${touch}\nEOF`,
      `>${canary}`,
      `<(${touch})`,
      '# syntax=evil/frontend',
      '#',
      '!',
      '*',
      '?',
      '[a-z]',
      '{a,b}',
    ],
    ...[
      '~',
      '~root',
      '-rf',
      '--',
      '--privileged',
      '-oProxyCommand=x',
      '%s%n',
      '\t',
      ' ',
      '  a  ',
      '',
      '\u00a0',
      '\u2028',
      '\u2029',
    ],
    ...[
      '\ufeff',
      '\u200b',
      '\u202e',
      'ü日本🚀',
      '\u0085',
      '\u001b[31m',
      'a'.repeat(300),
      '{{.Config}}',
      '%h',
      '__proto__',
      'constructor',
    ],
    ...[
      `"\nPermitRootLogin yes\nForceCommand ${touch}`,
      `ONBUILD RUN ${touch}`,
      '["a"',
      '["/bin/sh","-c"]',
      '/../../etc',
      '/./x',
      '../..',
    ],
  ];
}

/** One value of a field: mostly one that fits, now and then anything. */
export class Values {
  readonly #payloads: readonly string[];

  constructor(
    private readonly random: Random,
    canary: string,
    private readonly evil: number,
  ) {
    this.#payloads = payloads(canary);
  }

  /** Any text, which a field without a grammar takes as it is. */
  text(): string {
    const parts = this.random.some([...this.#payloads, 'echo hi', 'a b', 'x=1', '--flag', 'C:\\dir'], 3);
    return parts.length === 0 ? 'true' : parts.join(this.random.pick(['', ' ', 'x']));
  }

  /** One of the good ones, or one of them with something wrong in it. */
  of(good: readonly unknown[]): unknown {
    const value = this.random.pick(good);
    if (!this.random.chance(this.evil)) return value;
    const payload = this.random.pick(this.#payloads);
    const text = String(value);
    const at = this.random.below(text.length + 1);
    return this.random.pick<unknown>([
      ...[payload, text + payload, payload + text, text.slice(0, at) + payload + text.slice(at)],
      ...[null, true, -1, 1e309, 0.1, [], {}, [value], { [payload]: value }, [[[[text]]]]],
    ]);
  }
}
