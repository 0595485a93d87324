import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { HarnessError } from './exec';

/** Chromium with no browser around it: what a window takes of the CPU is a sixth less. */
const SHELL = '/usr/bin/chromium-headless-shell';
const WHOLE = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** What shows a page: `light` where anything does; `whole` where its origin is to be treated as secure, which the light one cannot. */
export type BrowserKind = 'light' | 'whole';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is on this machine, if anywhere. `BERTH_TEST_CHROMIUM` names another one, for all. */
export function chromiumPath(kind: BrowserKind = 'light'): string | undefined {
  const own = process.env['BERTH_TEST_CHROMIUM'];
  const places = [...(own === undefined ? [] : [own]), ...(kind === 'light' ? [SHELL] : []), ...WHOLE];
  return places.find((path) => existsSync(path));
}

/** Whether each kind is there, or the one that was asked for. */
export function hasBothChromiums(): boolean {
  const [light, whole] = [chromiumPath('light'), chromiumPath('whole')];
  return whole !== undefined && (light === SHELL || light === process.env['BERTH_TEST_CHROMIUM']);
}

/** A headless Chromium with a fresh profile, which it removes when it is closed. */
export async function launchBrowser(more: readonly string[] = [], kind: BrowserKind = 'light'): Promise<Browser> {
  const executablePath = chromiumPath(kind);
  if (executablePath === undefined) {
    throw new HarnessError(
      'Chromium is not installed: apt-get install chromium chromium-headless-shell, or name one by BERTH_TEST_CHROMIUM',
    );
  }
  const { chromium } = await import('playwright-core');
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...more], ...signals });
}
