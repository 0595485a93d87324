import { shellQuote } from '../../quote';
import { cachedStep, cacheFolder, cacheOf, needs, type StepStyle } from './step';

/**
 * One step that builds Go packages and installs their programs to /usr/local/bin, which is on everyone's PATH. Each has a
 * command of its own: one `go install` takes no two versions.
 */
export function goStep(packages: readonly string[], style: StepStyle): string {
  const missing = needs('command -v go', 'go', 'go', 'golang-go');
  const settings = `GOBIN=/usr/local/bin GOMODCACHE=${cacheFolder}/mod GOCACHE=${cacheFolder}/build`;
  return cachedStep(
    'go',
    cacheOf('go', style.base),
    [missing, ...packages.map((name) => `${settings} go install ${shellQuote(versioned(name))}`)],
    style,
  );
}

function versioned(name: string): string {
  return name.includes('@') ? name : `${name}@latest`;
}
