/** Where nobody but root looks in a container, as {@link dialMount} lies in it. */
export const outsideFolder = '/run/berth/outside';

/**
 * Where a container sees the folder of this machine by which it is asked to connect (see line/dial.ts), read-only. It is
 * Berth's own, and no mount that anybody asked for: what is told of a container's mounts leaves it out.
 */
export const dialMount = `${outsideFolder}/dial`;
