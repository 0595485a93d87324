/**
 * Where use of a container is told to the watcher inside it (see watch-script.ts): a folder on the container's tmpfs, so
 * that nothing of it outlives a stop. A container without the watcher has no such folder, and nothing is written then.
 */
export const idleFolder = '/run/berth/idle';

/** Whoever uses the container appends to it; the watcher empties it. A length cannot be missed as a time stamp can. */
const usedFile = `${idleFolder}/used`;
/** There from the watcher's last look until the container is down, or the watcher thinks better of it. */
const stoppingFile = `${idleFolder}/stopping`;

/** For a shell: says that the container is in use. Starts no process, and fails without a word. */
export const noteUse = `{ echo >>${usedFile}; } 2>/dev/null`;

/**
 * For a shell: true while the container is about to stop. Asked after {@link noteUse}, while the watcher looks for notes
 * after it has said that it is stopping: so at least one of the two sees the other, and no command begins in a container
 * that is on its way down.
 */
export const isStopping = `[ -e ${stoppingFile} ]`;

export const watcherFiles = { used: usedFile, stopping: stoppingFile };
