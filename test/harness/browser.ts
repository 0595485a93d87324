import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
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

/**
 * Opens an address. Chromium gives up what is under way, also on 127.0.0.1, where the machine's network changes, as it does with
 * each container that another test starts; then it is asked again, as a person's own browser does by itself.
 */
export async function visit(page: Page, url: string): Promise<void> {
  for (let left = 10; ; left -= 1) {
    try {
      await page.goto(url);
      return;
    } catch (error) {
      if (left === 0 || !String(error).includes('ERR_NETWORK_CHANGED')) throw error;
    }
  }
}
