/** The last word in the process list of a shell that waits for a command, so that it is not taken for one. */
export const waitingMark = 'berth-waits';
