/** Where the supervisor finds a folder for each program: on a tmpfs, made anew at each start. */
export const scanFolder = '/run/berth/services';

/** Scripts that all services share. */
export const scriptFolder = '/run/berth/supervise';

/** Ends the container from inside, as its stop would: for the script of an internal service whose user is root. */
export const endContainer = `{ : >${scanFolder}/.ending; s6-svscanctl -t ${scanFolder}; }`;

/** Where each service's log has its folder: on the container's disk, or in memory where that cannot be written to. */
export function logFolder(readOnlyRoot: boolean): string {
  return readOnlyRoot ? '/run/berth/log' : '/var/log/berth';
}
