import { BerthError } from '../errors';
import { logFolder } from './places';

/**
 * Prints a service's log: what was rotated away first, then the file that is written now. `$1` is its name, `$2` how many
 * lines of the end (empty: all), `$3` whether to go on as more is written.
 */
const script = [
  `for folder in ${[true, false].map(logFolder).join(' ')}; do`,
  '  cd "$folder/$1" 2>/dev/null || continue',
  '  set -- "$2" "$3" @*',
  '  [ -e "$3" ] || set -- "$1" "$2"',
  '  last=$1; follow=$2; shift 2',
  '  if [ -z "$follow" ]; then',
  '    if [ -z "$last" ]; then exec cat "$@" current; fi',
  '    cat "$@" current | tail -n "$last"; exit',
  '  fi',
  '  if [ -z "$last" ]; then cat "$@" </dev/null; exec tail -n +1 -F current 2>/dev/null; fi',
  '  here=$(wc -l <current)',
  '  if [ "$here" -lt "$last" ]; then cat "$@" </dev/null | tail -n $((last - here)); fi',
  '  exec tail -n "$last" -F current 2>/dev/null',
  'done',
  // It has not written yet: its folder is made when the container starts.
  'exit 3',
].join('\n');

/** The command that prints a service's log, for the container's user. Pure. */
export function logCommand(
  name: string,
  { follow, tail }: { readonly follow: boolean; readonly tail: number | 'all' },
): readonly string[] {
  return ['/bin/sh', '-c', script, 'sh', name, tail === 'all' ? '' : String(tail), follow ? 'yes' : ''];
}

/** Says of a name that no service has which there are. Pure. */
export function serviceNotFound(project: string, name: string, names: readonly string[]): BerthError {
  const none = `${project} has no services.`;
  return new BerthError(
    'service_not_found',
    names.length === 0 ? none : `${project} has no service called "${name}".`,
    {
      hint: names.length === 0 ? 'Add some to `spec.services` of its template.' : `Its services: ${names.join(', ')}.`,
    },
  );
}
