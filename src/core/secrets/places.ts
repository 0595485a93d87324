/** In the container's memory, gone with a stop: the user's alone. */
export const secretsFolder = '/run/berth/secrets';

/** `export` lines of every secret `as: env`, for whatever starts a program: commands, shells, services. */
export const environmentFile = `${secretsFolder}/env`;

/** What a shell runs to have the secrets; only the user's own file is read, since another's could hold anything. */
export const sourceEnvironment = `[ ! -O ${environmentFile} ] || . ${environmentFile}`;

/** Where a secret `as: file` lies. */
export function secretFile(name: string): string {
  return `${secretsFolder}/files/${name}`;
}

/**
 * What bash runs first in a session that sshd starts (`BASH_ENV`): sshd itself can be told of variables only in its
 * configuration, which the user must not write. It forgets itself, so that scripts which such a session runs see their
 * caller's environment and nothing else.
 */
export const sessionFile = '/run/berth/session';

export const sessionText = `unset BASH_ENV\n${sourceEnvironment}\n`;

/** For a shell that is not bash, which would only hand the variable on. */
export const forgetSession = `[ "\${BASH_ENV-}" != ${sessionFile} ] || unset BASH_ENV`;
