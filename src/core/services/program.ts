import { dirname } from 'node:path/posix';
import { BerthError } from '../errors';
import { shellQuote } from '../quote';
import { systemFirst } from '../system-first';
import { logFolder, scanFolder } from './places';
import { containerPath, sharedScripts } from './scripts';
import { internalFolder, serviceFolder } from './service-folder';
import type { Supervised } from './types';

/** Linux takes 128 KiB for one argument of a process; a page is left for its surroundings. */
const longestScript = 126_000;

/** Whether a container needs a supervisor: it costs memory, and a file system that programs are run from. Pure. */
export function isSupervised({ services, internal }: Pick<Supervised, 'services' | 'internal'>): boolean {
  return services.length > 0 || internal.length > 0;
}

/**
 * What the container runs as its first process under the engine's init. With something to supervise it is one script: it
 * writes the supervisor's folders to the tmpfs and becomes the supervisor. So all of it stands in the container's own
 * configuration, and works after a restart of engine or machine with no editor running. Pure.
 * @throws BerthError `template_invalid` where the services' commands are too long for one process
 */
export function containerCommand(what: Supervised): readonly string[] {
  // By its path: the container's own `PATH` may begin with a folder that its user can write, and this runs as root.
  if (!isSupervised(what)) return ['/bin/sleep', 'infinity'];
  const script = mainScript(what);
  const length = Buffer.byteLength(script);
  if (length <= longestScript) return ['/bin/sh', '-c', script];
  throw new BerthError('template_invalid', `The services are too long: ${length} bytes with all that runs them.`, {
    hint: `Together they may have ${longestScript}: put a long command into a script of the workspace.`,
  });
}

function mainScript(what: Supervised): string {
  const { services, internal } = what;
  const files = [
    ...sharedScripts,
    ...services.flatMap((service) => serviceFolder(service, what)),
    ...internal.flatMap(internalFolder),
  ];
  const folders = [
    ...files.map(({ path }) => dirname(path)),
    // Made with the usual modes before the supervisor would make it for itself alone: who is in the container may look.
    ...services.flatMap(({ name }) => ['supervise', 'data'].map((part) => `${scanFolder}/${name}/${part}`)),
    ...services.map(({ name }) => `${logFolder(what.readOnlyRoot)}/${name}`),
  ];
  const quoted = (paths: readonly string[]): string => [...new Set(paths)].map(shellQuote).join(' ');
  return [
    'umask 022',
    // What runs a service as its user gives it the container's own again.
    `export ${containerPath}="$PATH"; ${systemFirst}`,
    // The container can be used all the same; who asks for a service is told.
    'command -v s6-svscan >/dev/null || { echo "berth: this image has no s6, so nothing is supervised" >&2; exec sleep infinity; }',
    `mkdir -p ${quoted(folders)}`,
    ...files.map(({ path, text }) => `printf %s ${shellQuote(text)} >${shellQuote(path)}`),
    `chmod 755 ${quoted(files.filter(({ mode }) => mode === 0o755).map(({ path }) => path))}`,
    `exec s6-svscan ${scanFolder}`,
  ].join('\n');
}
