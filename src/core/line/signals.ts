/** Signals by SSH's names to Linux's numbers. */
const numbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

/** How a process ended, by what waited for it: a signal that SSH has no name for is told by its code alone. Pure. */
export function endOf(code: number, signal: number): { readonly code: number } | { readonly signal: string } {
  if (signal === 0) return { code };
  const name = Object.keys(numbers).find((each) => numbers[each] === signal);
  return name === undefined ? { code: 128 + signal } : { signal: name };
}

/** A signal's number by its name without SIG; zero for one that SSH has no name for. Pure. */
export function signalNumber(name: string): number {
  return numbers[name] ?? 0;
}
