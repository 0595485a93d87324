import { shellQuote } from '../../quote';

export interface UserFacts {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly sudo: boolean;
  /** Absolute path in the container. */
  readonly workspace: string;
}

/**
 * The commands that make the login user, each of which must succeed. A user of the image with the same UID (`node`,
 * `ubuntu`) is taken over under the template's name; its old home stays reachable by a link, since paths in the image may name it.
 * The password field `*` lets no password in but, unlike useradd's `!`, is not "locked" to an sshd without PAM.
 */
export function userScript(facts: UserFacts): string[] {
  const { uid, gid, name, sudo, workspace } = facts;
  if (![uid, gid].every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 32 - 1)) {
    throw new RangeError('UID and GID are whole numbers below 4294967295');
  }
  const folder = shellQuote(workspace);
  const made = [`mkdir -p ${folder}`, `chown ${uid}:${gid} ${folder}`];
  if (uid === 0) return ["usermod -p '*' root", ...made];
  const home = shellQuote(`/home/${name}`);
  const login = shellQuote(name);
  const refuse = shellQuote(
    `The image has a user ${name} and another one with UID ${uid}; choose another spec.user.name.`,
  );
  return [
    // Who has the UID, and where that one lives; empty where nobody has it.
    `old="$(getent passwd ${uid} | cut -d: -f1)"`,
    `oldhome="$(getent passwd ${uid} | cut -d: -f6)"`,
    `{ [ -z "$old" ] || [ "$old" = ${login} ] || ! getent passwd ${login} >/dev/null || { echo ${refuse} >&2; exit 1; }; }`,
    ...group(gid, login),
    `{ [ -z "$old" ] || [ "$old" = ${login} ] || usermod -l ${login} "$old"; }`,
    `{ getent passwd ${login} >/dev/null || useradd -M -o -u ${uid} -g ${gid} -d ${home} ${login}; }`,
    `usermod -o -u ${uid} -g ${gid} -d ${home} -s /bin/bash -p '*' ${login}`,
    `{ [ -z "$oldhome" ] || [ "$oldhome" = ${home} ] || [ ! -d "$oldhome" ] || [ -e ${home} ] || [ "\${oldhome#/home/}" = "$oldhome" ] || { mv "$oldhome" ${home} && ln -s ${home} "$oldhome"; }; }`,
    `{ [ -d ${home} ] || cp -rT /etc/skel ${home}; }`,
    `chown -R ${uid}:${gid} ${home}`,
    ...(sudo
      ? [`printf '%s ALL=(ALL) NOPASSWD:ALL\\n' ${login} >/etc/sudoers.d/berth`, 'chmod 0440 /etc/sudoers.d/berth']
      : []),
    ...made,
  ];
}

/** A group with the GID: one that is there, else one of the user's own name, which may hold another GID so far. */
function group(gid: number, login: string): string[] {
  return [
    `{ getent group ${gid} >/dev/null || ! getent group ${login} >/dev/null || groupmod -g ${gid} ${login}; }`,
    `{ getent group ${gid} >/dev/null || groupadd -g ${gid} ${login}; }`,
  ];
}
