import { shellQuote } from '../../quote';

/** Whom an image is made for. */
export interface UserFacts {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly sudo: boolean;
  /** Absolute path in the container. */
  readonly workspace: string;
}

/**
 * The commands that make the login user, each of which must succeed. They write the system's own files, since no program
 * that makes users is the same everywhere (shadow's on Debian and Fedora, BusyBox's on Alpine), and since those write
 * the day's date into the image. A user of the image with the same UID (`node`, `ubuntu`) is taken over under the
 * template's name; its old home stays reachable by a link, since paths in the image may name it. The password field
 * `*` lets no password in but, unlike `!`, is not "locked" to an sshd without PAM.
 */
export function userScript(facts: UserFacts): string[] {
  const { uid, gid, name, sudo, workspace } = facts;
  if (![uid, gid].every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 32 - 1)) {
    throw new RangeError('UID and GID are whole numbers below 4294967295');
  }
  // It stands in patterns below; the template's grammar lets nothing else through.
  if (!/^[a-z_][a-z0-9_-]*$/.test(name)) throw new RangeError('No user can be called so');
  const folder = shellQuote(workspace);
  const made = [`mkdir -p ${folder}`, `chown ${uid}:${gid} ${folder}`];
  if (uid === 0) return ["{ [ ! -f /etc/shadow ] || sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow; }", ...made];
  const home = `/home/${name}`;
  return [
    ...takenOver(uid, name),
    // A last line without an end would run into what is added.
    'for file in /etc/passwd /etc/group /etc/shadow; do [ ! -s $file ] || [ -z "$(tail -c 1 $file)" ] || echo >>$file; done',
    ...group(gid, name),
    `sed -i -e '/^[^:]*:[^:]*:${uid}:/d' -e '/^${name}:/d' /etc/passwd`,
    // Alpine has bash only where someone installed it.
    `echo "${name}:x:${uid}:${gid}::${home}:$([ -x /bin/bash ] && echo /bin/bash || echo /bin/sh)" >>/etc/passwd`,
    `{ [ ! -f /etc/shadow ] || { sed -i -e "/^\${old:-${name}}:/d" -e '/^${name}:/d' /etc/shadow && echo '${name}:*:::::::' >>/etc/shadow; }; }`,
    `{ [ -z "$oldhome" ] || [ "$oldhome" = ${home} ] || [ ! -d "$oldhome" ] || [ -e ${home} ] || [ "\${oldhome#/home/}" = "$oldhome" ] || { mv "$oldhome" ${home} && ln -s ${home} "$oldhome"; }; }`,
    `{ [ -d ${home} ] || { mkdir -p ${home} && { [ ! -d /etc/skel ] || cp -R /etc/skel/. ${home}; }; }; }`,
    `chown -R ${uid}:${gid} ${home}`,
    ...(sudo
      ? [
          'mkdir -p /etc/sudoers.d',
          `echo '${name} ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/berth`,
          'chmod 0440 /etc/sudoers.d/berth',
        ]
      : []),
    ...made,
  ];
}

/** Who has the UID, and where that one lives, in `$old` and `$oldhome`; empty where nobody has it. */
function takenOver(uid: number, name: string): string[] {
  const refuse = shellQuote(
    `The image has a user ${name} and another one with UID ${uid}; choose another spec.user.name.`,
  );
  const who = (field: string) => `"$(sed -n -E 's/${field}/\\1/p' /etc/passwd | head -n 1)"`;
  return [
    `old=${who(`^([^:]*):[^:]*:${uid}:.*`)}`,
    `oldhome=${who(`^[^:]*:[^:]*:${uid}:[^:]*:[^:]*:([^:]*):.*`)}`,
    `{ [ -z "$old" ] || [ "$old" = ${name} ] || ! grep -q '^${name}:' /etc/passwd || { echo ${refuse} >&2; exit 1; }; }`,
    // The groups that it was a member of.
    `{ [ -z "$old" ] || sed -i -E "s/([:,])$old(,|\\$)/\\1${name}\\2/" /etc/group; }`,
  ];
}

/** A group with the GID: one that is there, else one of the user's own name, which may hold another GID so far. */
function group(gid: number, name: string): string[] {
  const there = `grep -q '^[^:]*:[^:]*:${gid}:' /etc/group`;
  return [
    `{ ${there} || sed -i -E 's/^(${name}:[^:]*):[^:]*:/\\1:${gid}:/' /etc/group; }`,
    `{ ${there} || echo '${name}:x:${gid}:' >>/etc/group; }`,
  ];
}
