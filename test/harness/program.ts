import { buildSync, type BuildOptions } from 'esbuild';

/** Bundles a program of the tests into one file, so that many processes of it start fast. @returns that file */
export function bundleProgram(outfile: string, what: BuildOptions): string {
  const native = ['*.node', 'cpu-features'];
  const how: BuildOptions = { bundle: true, platform: 'node', target: 'node20', external: native, logLevel: 'error' };
  buildSync({ ...how, ...what, outfile });
  return outfile;
}
