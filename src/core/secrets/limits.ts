/** Bytes that a secret may have: all lie in the container's memory. */
export const longestValue = 1024 * 1024;

/** Bytes of a value in the environment: Linux takes 128 KiB for one variable with its name. */
export const longestVariable = 100 * 1024;

/** How long a source may take, in milliseconds. */
export const sourceTimeoutMs = 10_000;

/** How often what changed at its source is brought in anew by itself, in milliseconds: an hour. */
export const defaultIntervalMs = 3_600_000;
