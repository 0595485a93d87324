/** The usual spellings of sizes, durations, percentages and ports, and what they come to. Pure; null for what is none. */

const sizeFactor: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** `512m`, `8g`, `1.5 GiB`, or bytes as a plain number; in bytes. Powers of 1024, as the engine's own flags have it. */
export function parseSize(value: string | number): number | null {
  const match = /^([0-9]{1,15}(?:\.[0-9]{1,6})?) ?(?:([kmgt])(?:i?b)?|b)?$/i.exec(String(value));
  if (match?.[1] === undefined) return null;
  const bytes = Math.floor(Number(match[1]) * (sizeFactor[(match[2] ?? 'b').toLowerCase()] ?? 1));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

const durationFactor: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `60s`, `1h30m`, `3d`, or seconds as a plain number; in milliseconds. */
export function parseDuration(value: string | number): number | null {
  const text = String(value);
  if (/^[0-9]{1,9}(?:\.[0-9]{1,3})?$/.test(text)) return Math.round(Number(text) * 1000);
  if (text.length > 60 || !/^(?:[0-9]{1,9}(?:\.[0-9]{1,3})?(?:ms|[smhd]))+$/.test(text)) return null;
  let total = 0;
  let last = Number.POSITIVE_INFINITY;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|[smhd])/g)) {
    const factor = durationFactor[unit ?? ''] ?? 0;
    if (factor >= last) return null; // Each unit once, the greater first: "30m1h" is more likely a mistake.
    last = factor;
    total += Number(amount) * factor;
  }
  return Math.round(total);
}

/** `80%`, `"80"` or 80; as a number from 1 to 100. A fraction such as 0.8 is more likely a mistake than eight tenths of a percent. */
export function parsePercent(value: string | number): number | null {
  const match = /^([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%?$/.exec(String(value));
  if (match?.[1] === undefined) return null;
  const percent = Number(match[1]);
  return percent >= 1 && percent <= 100 ? percent : null;
}

/** A TCP port, 1 to 65535. */
export function parsePort(value: string | number): number | null {
  if (!/^[0-9]{1,5}$/.test(String(value))) return null;
  const port = Number(value);
  return port >= 1 && port <= 65_535 ? port : null;
}

/** `3000`, `"3000"` or `"8889:8888"` (host before container). */
export function parsePortPair(value: string | number): { readonly host: number; readonly port: number } | null {
  const [first, second, ...rest] = String(value).split(':');
  if (first === undefined || rest.length > 0) return null;
  const host = parsePort(first);
  const port = second === undefined ? host : parsePort(second);
  return host === null || port === null ? null : { host, port };
}
