/** How often the engine starts a crashed container again before it stays down. */
export const restartAttempts = 5;
