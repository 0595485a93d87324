import { shellCommand, shellQuote } from '../quote';
import { logFolder, scanFolder } from './places';
import { asScript, asUser, scriptWith } from './scripts';
import type { InternalService, Probe, ScriptFile, ServiceProgram, Supervised } from './types';

/** A log is begun anew at this many bytes, and so many full ones are kept: 4 MB a service on disk, 1 MB in memory. */
const logSize = { disk: 1_000_000, memory: 250_000 };
const logsKept = 3;

/** Milliseconds that a service may take to end before it is killed: well within what the engine gives the container. */
const patience = 5_000;

/** The files of a user's service: the supervisor's contract, and a log beside it. Pure. */
export function serviceFolder(service: ServiceProgram, what: Supervised): ScriptFile[] {
  const folder = `${scanFolder}/${service.name}`;
  const { name, command, ready, restart } = service;
  const file = (path: string, text: string, mode: ScriptFile['mode'] = 0o644): ScriptFile => ({
    path: `${folder}/${path}`,
    text,
    mode,
  });
  const set = (values: Readonly<Record<string, string | number>>): string[] =>
    Object.entries(values).map(([key, value]) => `${key}=${shellQuote(String(value))}`);
  const begin = set({
    gate: what.waitForReady ? 'yes' : '',
    user: what.user,
    home: what.home,
    workspace: what.workspace,
    command,
  });
  const end = set({ name, max: restart.max, backoff: restart.backoff });
  const size = what.readOnlyRoot ? logSize.memory : logSize.disk;
  const log = ['s6-log', '-b', `n${logsKept}`, `s${size}`, `${logFolder(what.readOnlyRoot)}/${name}`];
  return [
    file('run', scriptWith(begin, 'run'), 0o755),
    file('finish', scriptWith(end, 'finish'), 0o755),
    file('timeout-kill', String(patience)),
    file('timeout-finish', String(patience)),
    file('log/run', `#!/bin/sh\nexec ${shellCommand(log)}\n`, 0o755),
    ...(ready === undefined
      ? []
      : [
          file('notification-fd', '3'),
          file('data/check', `#!/bin/sh\nexec ${shellCommand(checkCommand(ready, what))} >/dev/null 2>&1\n`, 0o755),
          ...('port' in ready ? [file('data/port', `${ready.port}\n`)] : []),
        ]),
  ];
}

/**
 * An answer of the service's own that it is broken is none. All of it is read, or a server would complain in its log. What
 * it says is compared as text: as a number bash would evaluate it, and run what stands in it, as root.
 */
const httpAnswer = [
  String.raw`printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3`,
  'read -r -t 4 version status rest <&3',
  'read -r -t 1 -N 65536 body <&3',
  '[[ $version == HTTP/* && $status == [1-4][0-9][0-9]* ]]',
];

/** Bash opens connections by itself, so that nothing has to be installed for it; `localhost` is tried as IPv4 and IPv6. */
function checkCommand(probe: Probe, { user, workspace }: Supervised): readonly string[] {
  if (probe.kind === 'command') return [asScript, user, '/bin/sh', '-c', asUser, 'sh', workspace, probe.command];
  const open = `exec 3<>/dev/tcp/localhost/${probe.port} || exit 1`;
  return ['bash', '-c', [open, ...(probe.kind === 'http' ? httpAnswer : [])].join('\n')];
}

/** The files of a program of Berth's own. A user's service cannot be called so: its name has no dot. Pure. */
export function internalFolder({ name, script, user }: InternalService): ScriptFile[] {
  const run = `#!/bin/sh\nexec ${shellCommand([asScript, user, '/bin/sh', '-c', script])}\n`;
  return [{ path: `${scanFolder}/berth.${name}/run`, text: run, mode: 0o755 }];
}
