import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { HarnessError } from './exec';

/** Chromium with no browser around it: what a window takes of the CPU is a sixth less. */
const SHELL = '/usr/bin/chromium-headless-shell';
const PLACES = [
  SHELL,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is on this machine, if anywhere. `BERTH_TEST_CHROMIUM` names another one. */
export function chromiumPath(): string | undefined {
  const own = process.env['BERTH_TEST_CHROMIUM'];
  return [...(own === undefined ? [] : [own]), ...PLACES].find((path) => existsSync(path));
}

/** Whether that is the one which does least for a window, or one that was asked for. */
export function isChosenChromium(path: string | undefined): boolean {
  return path === SHELL || (path !== undefined && path === process.env['BERTH_TEST_CHROMIUM']);
}

/** A headless Chromium with a fresh profile, which it removes when it is closed. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    throw new HarnessError(
      'Chromium is not installed: apt-get install chromium-headless-shell, or name one by BERTH_TEST_CHROMIUM',
    );
  }
  const { chromium } = await import('playwright-core');
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...more], ...signals });
}
