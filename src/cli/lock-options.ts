import type { OptionSpec } from './command';
import type { Options } from './options';
import { badUsage } from './usage';

/** What `up` and `build` can be told about `berth.lock`. */
export const lockOptions: readonly OptionSpec[] = [
  { flags: '--lock', description: 'take the newest base images, and write them to berth.lock' },
  { flags: '--frozen', description: 'fail where a base image is not as berth.lock has it' },
];

/** @throws BerthError `bad_usage` where both are given */
export function lockChoice(options: Options): { readonly lock: boolean; readonly frozen: boolean } {
  const choice = { lock: options.flag('lock'), frozen: options.flag('frozen') };
  if (!choice.lock || !choice.frozen) return choice;
  throw badUsage('--lock writes berth.lock and --frozen forbids it: give one of them.');
}
