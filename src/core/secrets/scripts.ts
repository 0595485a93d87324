import { shellQuote } from '../quote';
import { secretFile, secretsFolder } from './places';
import type { SecretWish } from './types';

/** How the scripts end where they cannot do their work. */
export const scriptExit = { notPrepared: 90, notWritten: 91, noMemory: 92 } as const;

/**
 * For root, and without a value: the folder on the container's memory file system. Where that is missing, as in a
 * container that is not quite Berth's, values would end up on a disk. Pure.
 */
export function prepareScript(user: string): string {
  return [
    'umask 022; k=',
    'while read -r _ m t _; do [ "$m" = /run/berth ] && k=$t; done </proc/mounts',
    `[ "$k" = tmpfs ] || exit ${scriptExit.noMemory}`,
    `mkdir -p ${secretsFolder} && chmod 700 ${secretsFolder} && chown ${shellQuote(`${user}:`)} ${secretsFolder}`,
  ].join('\n');
}

export interface Delivery {
  readonly wishes: readonly SecretWish[];
  /** By name; a secret that is not in here stays as it is. */
  readonly values: ReadonlyMap<string, Buffer>;
  /** Places in the container that former secrets were linked to. */
  readonly formerPaths: readonly string[];
}

/**
 * For the user, through stdin alone, since it holds the values. Every file is written beside its place and renamed, so
 * that nobody reads half of one; what is there already is left, and what is no longer declared goes. The environment's
 * file is put together again until it is what its parts are: of two who write at once, the later sees both. It tells
 * what it found, line by line: `changed NAME`, `there NAME`, `link NAME done|taken|denied`. Pure.
 */
export function deliverScript({ wishes, values, formerPaths }: Delivery): string {
  const declared = wishes.map(partOf);
  const written = wishes.flatMap((wish) => {
    const value = values.get(wish.name);
    if (value === undefined) return [];
    const mode = wish.as === 'env' ? '0600' : wish.mode;
    return [`put ${wish.name} ${partOf(wish)} ${mode} ${shellQuote(contentOf(wish, value).toString('base64'))}`];
  });
  const links = wishes.flatMap(({ name, path }) => (path === null ? [] : [`place ${name} ${shellQuote(path)}`]));
  return [
    'LC_ALL=C; export LC_ALL; umask 077',
    `cd ${secretsFolder} 2>/dev/null && [ -O . ] || exit ${scriptExit.notPrepared}`,
    `full() { rm -f .new.$$; exit ${scriptExit.notWritten}; }`,
    'mkdir -p env.d files || full',
    ...put,
    ...homeOf,
    ...place,
    ...written,
    ...removeOthers(declared),
    ...formerPaths.map((path) => `clear ${shellQuote(path)}`),
    ...compose,
    ...links,
    'for f in env.d/* files/*; do [ ! -f "$f" ] || echo "there ${f##*/}"; done',
    'exit 0',
  ].join('\n');
}

/**
 * For root, and without a value: links at places where the user may not write. No part of the way may be a link, since
 * the user could have made it lead elsewhere. Tells what {@link deliverScript} tells of links. Pure.
 */
export function rootLinkScript(links: readonly { readonly name: string; readonly path: string }[]): string {
  return [
    'umask 022',
    ...place,
    'guarded() {',
    '  d=$(dirname "$2")',
    '  { mkdir -p "$d" && cd -P "$d" && [ "$(pwd -P)" = "$d" ]; } 2>/dev/null || { echo "link $1 denied"; return; }',
    '  place "$1" "$2"',
    '}',
    ...links.map(({ name, path }) => `guarded ${name} ${shellQuote(path)}`),
    'exit 0',
  ].join('\n');
}

function partOf({ as, name }: Pick<SecretWish, 'as' | 'name'>): string {
  return `${as === 'env' ? 'env.d' : 'files'}/${name}`;
}

function contentOf({ as, name }: SecretWish, value: Buffer): Buffer {
  // Byte for byte also where the value is no UTF-8.
  return as === 'file' ? value : Buffer.from(`export ${name}=${shellQuote(value.toString('latin1'))}\n`, 'latin1');
}

/** `printf` is the shell's own, so no process has a value among its arguments. */
const put = [
  'put() {',
  `  if [ -f "$2" ] && [ "$(base64 <"$2" | tr -d '\\n')" = "$4" ]; then chmod "$3" "$2"; return 0; fi`,
  '  printf %s "$4" | base64 -d >.new.$$ && chmod "$3" .new.$$ && mv -f .new.$$ "$2" || full',
  '  echo "changed $1"',
  '}',
];

const homeOf = ['home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}'];

/** A file of the user's own at the wanted place is never touched: only links into this folder are Berth's. */
const place = [
  'place() {',
  '  case $2 in "~/"*) p=$home/${2#"~/"};; *) p=$2;; esac',
  `  t=${secretFile('$1')}`,
  '  [ -f "$t" ] || return 0',
  '  if [ -L "$p" ]; then',
  '    case $(readlink "$p") in',
  '      "$t") echo "link $1 done"; return 0;;',
  `      ${secretsFolder}/files/*) rm -f "$p" 2>/dev/null;;`,
  '      *) echo "link $1 taken"; return 0;;',
  '    esac',
  '  elif [ -e "$p" ]; then echo "link $1 taken"; return 0; fi',
  '  if (umask 022; mkdir -p "$(dirname "$p")" && ln -s "$t" "$p") 2>/dev/null; then echo "link $1 done"',
  '  else echo "link $1 denied"; fi',
  '}',
  'clear() {',
  '  case $1 in "~/"*) p=$home/${1#"~/"};; *) p=$1;; esac',
  '  [ -L "$p" ] || return 0',
  `  case $(readlink "$p") in ${secretsFolder}/files/*) [ -e "$p" ] || rm -f "$p" 2>/dev/null;; esac`,
  '}',
];

const compose = [
  'tries=0',
  'while [ "$tries" -lt 20 ]; do',
  '  tries=$((tries + 1))',
  '  : >.new.$$ || full',
  '  set -- env.d/*',
  '  if [ -f "$1" ]; then cat "$@" >.new.$$ || { [ "$tries" -lt 20 ] && continue; full; }; fi',
  '  [ -f env ] && [ "$(cat .new.$$)" = "$(cat env)" ] && break',
  '  mv -f .new.$$ env || full',
  'done',
  'rm -f .new.$$',
];

function removeOthers(declared: readonly string[]): string[] {
  return [
    'for f in env.d/* files/*; do',
    `  case ${shellQuote(` ${declared.join(' ')} `)} in *" $f "*) ;; *) rm -f "$f";; esac`,
    'done',
  ];
}
