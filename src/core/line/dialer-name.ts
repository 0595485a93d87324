/** What the dialer is called among a container's processes: what hangs below it came by a connection, as what exec starts. */
export const dialerName = 'berth-dial';
