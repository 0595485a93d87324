/** What this machine is, as far as installing goes. */
export interface Machine {
  readonly root: boolean;
  readonly debian: boolean;
}
export function machine(): Machine;
export function refusal(machine: Machine, packages: readonly string[]): string | undefined;
export function oldNode(version: string): string | undefined;
