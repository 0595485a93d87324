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

/** The variable by which the Line hands over a command of its own, which brings its environment with it. */
const ownCommand = 'BERTH_RUN';

/**
 * What sshd is to set so that a session's shell reads {@link sessionText}, which lies in a file: sshd can be told of
 * variables only in its configuration, which is root's, while the secrets are the user's. Right under sshd bash reads
 * `~/.bashrc` and passes over `BASH_ENV`; one level down it is the other way round. Pure.
 */
export function sessionVariables(file: string): Readonly<Record<string, string>> {
  return { BASH_ENV: file, SHLVL: '1' };
}

/** The name of that file in a folder of the Line's. */
export const sessionFile = 'session';

/**
 * What the first bash of a session runs: what it would have read under sshd, then the secrets. It forgets how it came
 * here, so that scripts which the session runs see their caller's environment and nothing else.
 */
export const sessionText = [
  'unset BASH_ENV',
  `if [ -z "\${${ownCommand}-}" ]; then`,
  '  SHLVL=1',
  '  [ ! -r /etc/bash.bashrc ] || . /etc/bash.bashrc',
  '  [ ! -r ~/.bashrc ] || . ~/.bashrc',
  `  ${sourceEnvironment}`,
  'fi',
  '',
].join('\n');

/** For login shells and shells other than bash, which would only hand the variables on. */
export const forgetSession = `case \${BASH_ENV-} in /run/berth/*/${sessionFile}) unset BASH_ENV; SHLVL=1;; esac`;
