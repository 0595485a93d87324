import { listIn, wrongKind, type Context, type Handler } from './context';
import type { FieldPath } from '../templates/tree';

const wider = 'lets the container do more than usual: look at it before you run this';

const security = (field: string): FieldPath => ['spec', 'security', field];

const capAdd: Handler = (context, value, from) => {
  for (const [index, name] of (listIn(context, value, from) ?? []).entries()) {
    if (typeof name === 'string') capability(context, name, [...from, index], '');
    else wrongKind(context.ledger, name, [...from, index], 'a text');
  }
};

/** One capability that is asked for; `flag` begins its sentences where it was a flag. */
export function capability({ ledger }: Context, name: string, from: FieldPath, flag: string): void {
  const plain = name.toUpperCase().replace(/^CAP_/, '');
  if (plain !== 'ALL') ledger.append(from, security('cap_add'), plain, wider);
  else ledger.lose(from, `${flag}A container never gets every capability.`, 'the ones that are needed, by name');
}

const securityOpt: Handler = (context, value, from) => {
  for (const [index, option] of (listIn(context, value, from) ?? []).entries()) {
    if (typeof option === 'string') securityOption(context, option, [...from, index], '');
    else wrongKind(context.ledger, option, [...from, index], 'a text');
  }
};

/** One `--security-opt`: `NAME`, `NAME=VALUE` or the older `NAME:VALUE`. */
export function securityOption({ ledger, toConfig }: Context, text: string, from: FieldPath, flag: string): void {
  const [, name = '', value = ''] = /^([a-z-]+)(?:[=:](.*))?$/s.exec(text) ?? [];
  if (name === 'seccomp') {
    // Devcontainers take the path of a profile from where the tool runs: the project's folder, as a rule.
    const note = value === 'unconfined' ? wider : `the path as it is; the file lies in ${toConfig}`;
    ledger.carry(from, security('seccomp'), value, note);
  } else if (name === 'no-new-privileges') {
    ledger.carry(from, security('no_new_privileges'), value !== 'false');
  } else if (name === 'apparmor' || name === 'label') {
    ledger.lose(from, `${flag}AppArmor and SELinux keep the engine’s defaults.`);
  } else ledger.lose(from, `${flag}It is no security option that a template has.`);
}

const privileged: Handler = ({ ledger }, value, from) => {
  if (value === false) ledger.needless(from, 'No container is privileged.');
  else losePrivileged({ ledger }, from, '');
};

/** Tells why nothing is privileged; `flag` as for {@link capability}. */
export function losePrivileged({ ledger }: Pick<Context, 'ledger'>, from: FieldPath, flag: string): void {
  ledger.lose(
    from,
    `${flag}A privileged container is as good as root on the engine’s machine, so none is made.`,
    'what it is for, by name: security: { cap_add: [SYS_PTRACE] }, resources: { gpus: all }',
  );
}

const init: Handler = ({ ledger }, value, from) => {
  if (value === true) ledger.needless(from, 'Every container has an init.');
  else if (value === false) ledger.lose(from, 'Every container has an init.');
  else wrongKind(ledger, value, from, 'true or false');
};

const overrideCommand: Handler = ({ ledger }, value, from) => {
  if (value === true) ledger.needless(from, 'The image’s own command is not run.');
  else {
    const instead = 'services: { main: { command: … } }';
    ledger.lose(from, 'The container’s main process is its keeper, not the image’s own command.', instead);
  }
};

const shutdownAction: Handler = ({ ledger }, value, from) => {
  if (value === 'none') ledger.needless(from, 'Closing a window stops nothing.');
  else ledger.lose(from, 'Closing a window stops nothing.', 'idle: { stop_after: 2h }');
};

/** What the container may do, and how it lives. */
export const securityHandlers: Readonly<Record<string, Handler>> = {
  privileged,
  capAdd,
  securityOpt,
  init,
  overrideCommand,
  shutdownAction,
};
