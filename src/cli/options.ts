import { badUsage } from './usage';

/** Typed readers over what commander parsed. Names are camel case, as commander makes them. */
export class Options {
  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** True where `--no-NAME` was given. */
  isOff(name: string): boolean {
    return this.values[name] === false;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** A positive number of seconds, in milliseconds. */
  seconds(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    // Timers cannot be set further ahead than 2^31 milliseconds.
    if (!(seconds > 0) || seconds * 1000 > 2 ** 31 - 1) {
      throw badUsage(`--${name} wants a number of seconds above 0, not "${text}"`);
    }
    return Math.ceil(seconds * 1000);
  }

  /** A whole number, or `all`. */
  count(name: string): number | 'all' | undefined {
    const text = this.text(name);
    if (text === undefined || text === 'all') return text;
    if (!/^\d{1,9}$/.test(text)) throw badUsage(`--${name} wants a whole number or "all", not "${text}"`);
    return Number(text);
  }
}
