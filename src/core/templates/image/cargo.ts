import { shellQuote } from '../../quote';
import { cachedStep, cacheFolder, cacheOf, needs, type StepStyle } from './step';

/**
 * One step that builds crates and installs their programs to /usr/local/bin, which is on everyone's PATH. Cargo has no
 * setting for where its downloads go, so its own folder leads there by a link for as long as the step runs.
 */
export function cargoStep(crates: readonly string[], style: StepStyle): string {
  const missing = needs('command -v cargo', 'cargo', 'cargo', 'cargo and gcc');
  const registry = '"${CARGO_HOME:-$HOME/.cargo}/registry"';
  return cachedStep(
    'cargo',
    // What a compiler made is of no use to another one.
    cacheOf('cargo', style.base),
    [
      missing,
      `mkdir -p ${cacheFolder}/registry "\${CARGO_HOME:-$HOME/.cargo}"`,
      `{ [ -e ${registry} ] || ln -s ${cacheFolder}/registry ${registry}; }`,
      ...crates.map((crate) => `CARGO_TARGET_DIR=${cacheFolder}/target ${install(crate)}`),
      `{ [ ! -L ${registry} ] || rm ${registry}; }`,
    ],
    style,
  );
}

/** Pure: `just@1.36.0` is that version, `just@1.36` the newest of 1.36, which Cargo writes `=1.36`. */
function install(crate: string): string {
  const [name = '', version] = crate.split('@');
  // Without Cargo's own notes of what it installed: nothing here reads them.
  const command = `cargo install --locked --no-track --root /usr/local`;
  if (version === undefined) return `${command} ${shellQuote(name)}`;
  const exact = /^[0-9]+\.[0-9]+\.[0-9]+(?:[-+].*)?$/.test(version) || /^[~^=<>]/.test(version);
  return `${command} --version ${shellQuote(exact ? version : `=${version}`)} ${shellQuote(name)}`;
}
