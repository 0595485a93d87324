/**
 * The written grammar of every name in a template, in one place. What does not fit is refused by `validate`, long before
 * any quoting: none of these lets a space, a newline, a quote or a shell's operator through.
 * Every pattern is anchored and linear (no nested repetition), so no input can make it slow.
 */
export interface Grammar {
  readonly pattern: RegExp;
  /** What an error says was expected. */
  readonly expected: string;
  /** In characters. */
  readonly max: number;
}

/** Template names double as a component of the image's name: lower case, digits, dashes; at most 63, as a DNS label (RFC 1123). */
export const templateName: Grammar = {
  pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  expected: 'a name of lower-case letters, digits and dashes, such as data-lab',
  max: 63,
};

const domain =
  String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|` +
  String.raw`\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?`;
const component = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;

/** Image references as the distribution project's reference grammar has them: [domain/]path[:tag][@digest]. */
export const imageReference: Grammar = {
  pattern: new RegExp(
    String.raw`^(?:${domain}/)?${component}(?:/${component})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$`,
  ),
  expected: 'an image reference, such as python:3.12-slim-bookworm',
  max: 512,
};

/**
 * Debian Policy 5.6.1 (names), 5.6.12 (versions), with apt-get's own `name:arch=version`. A dash at the end would have
 * apt-get remove the package, so it does not fit.
 */
export const aptPackage: Grammar = {
  pattern: /^[a-z0-9][a-z0-9.+-]*[a-z0-9.+](?::[a-z0-9-]+)?(?:=[0-9][A-Za-z0-9.+:~-]*)?$/,
  expected: 'an apt package, such as libpq-dev or curl=7.88.1-10',
  max: 200,
};

const pep440 = String.raw`(?:===?|~=|!=|<=|>=|<|>)[A-Za-z0-9_.*+!-]+`;

/** PEP 508 name and extras with PEP 440 version specifiers; no spaces, URLs or markers. */
export const pipPackage: Grammar = {
  pattern: new RegExp(
    String.raw`^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[A-Za-z0-9._-]+(?:,[A-Za-z0-9._-]+)*\])?(?:${pep440}(?:,${pep440})*)?$`,
  ),
  expected: 'a pip package, such as numpy, "pandas>=2.2" or "uvicorn[standard]==0.30.1"',
  max: 200,
};

/** npm's validate-npm-package-name, with an optional scope and one version, range or tag behind `@`. */
export const npmPackage: Grammar = {
  pattern: /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*(?:@[~^<>=]{0,2}[A-Za-z0-9][A-Za-z0-9.+*_-]*)?$/,
  expected: 'an npm package, such as typescript or "@types/node@22"',
  max: 214,
};

/** Cargo's package names (letters, digits, `-`, `_`) with an optional `@version`. */
export const cargoPackage: Grammar = {
  pattern: /^[A-Za-z][A-Za-z0-9_-]*(?:@[~^=<>]{0,2}[0-9][A-Za-z0-9.+*-]*)?$/,
  expected: 'a crate, such as ripgrep or "just@1.36.0"',
  max: 128,
};

/** A Go package path (Go modules reference, "module paths") with an optional `@version` or `@latest`. */
export const goPackage: Grammar = {
  pattern: /^[a-z0-9][A-Za-z0-9.-]*(?:\/[A-Za-z0-9._~-]+)+(?:@[A-Za-z0-9][A-Za-z0-9.+_-]*)?$/,
  expected: 'a Go package, such as golang.org/x/tools/gopls@latest',
  max: 256,
};

/** The portable part of what shadow's useradd takes; 32 characters as there. */
export const userName: Grammar = {
  pattern: /^[a-z_][a-z0-9_-]*$/,
  expected: 'a user name of lower-case letters, digits, dashes and underscores, such as dev',
  max: 32,
};

/** Names that Debian's base system gives to users of its own; taking one over would break the system inside. */
export const reservedUsers: ReadonlySet<string> = new Set([
  ...['root', 'daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data'],
  ...['backup', 'list', 'irc', 'gnats', 'nobody', '_apt', 'sshd', 'systemd-network', 'messagebus'],
]);

/** Services become file names and words of a command line: as template names, with underscores. */
export const serviceName: Grammar = {
  pattern: /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/,
  expected: 'a service name of lower-case letters, digits, dashes and underscores',
  max: 63,
};

/** POSIX.1-2017, 8.1: what every shell can take as a variable's name. */
export const environmentKey: Grammar = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  expected: 'a variable name of letters, digits and underscores that does not begin with a digit',
  max: 255,
};

/** The engine's own rule for volume names. */
export const volumeName: Grammar = {
  pattern: /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/,
  expected: 'a volume name of letters, digits, dots, dashes and underscores',
  max: 128,
};

/** An absolute path inside the container, without `.` and `..` and without a character that a mount or a Dockerfile would take apart. */
export const containerPath: Grammar = {
  pattern: /^(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._@+-]+)+\/?$/,
  expected: 'an absolute path in the container of letters, digits and . _ @ + -, such as /workspace',
  max: 512,
};

/** A folder in the container, absolute or below the user's home. */
export const persistPath: Grammar = {
  pattern: /^~?(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._@+-]+)+\/?$/,
  expected: 'a folder in the container, such as ~/.cache/pip or /var/lib/data',
  max: 512,
};

/** `publisher.name`, as the editors' galleries have it. */
export const extensionId: Grammar = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9-]*\.[A-Za-z0-9][A-Za-z0-9._-]*$/,
  expected: 'an extension id, such as ms-python.python',
  max: 200,
};

/** Permission bits in octal, in quotes: YAML 1.2 reads a bare 0600 as the number 600. */
export const octalMode: Grammar = {
  pattern: /^0?[0-7]{3}$/,
  expected: 'permissions in octal and in quotes, such as "0600"',
  max: 4,
};

/** The capabilities of Linux (capabilities(7)) that the engine knows by name. */
export const capabilities = [
  ...['AUDIT_CONTROL', 'AUDIT_READ', 'AUDIT_WRITE', 'BLOCK_SUSPEND', 'BPF', 'CHECKPOINT_RESTORE', 'CHOWN'],
  ...['DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'IPC_LOCK', 'IPC_OWNER', 'KILL', 'LEASE'],
  ...['LINUX_IMMUTABLE', 'MAC_ADMIN', 'MAC_OVERRIDE', 'MKNOD', 'NET_ADMIN', 'NET_BIND_SERVICE', 'NET_BROADCAST'],
  ...['NET_RAW', 'PERFMON', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYSLOG', 'SYS_ADMIN', 'SYS_BOOT'],
  ...['SYS_CHROOT', 'SYS_MODULE', 'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE', 'SYS_RAWIO', 'SYS_RESOURCE', 'SYS_TIME'],
  ...['SYS_TTY_CONFIG', 'WAKE_ALARM'],
] as const;

/** Whether a text fits a grammar, its length included. */
export function fits(grammar: Grammar, text: string): boolean {
  return text.length <= grammar.max && grammar.pattern.test(text);
}
