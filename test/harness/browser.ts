import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
/** Of each Debian, which has it as an essential package. */
const PERL = '/usr/bin/perl';

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
  const options = { headless: true, args: [...FLAGS, ...more], ...signals };
  return chromium.launch({ ...options, ...deafToNetwork(executablePath) });
}

/** How to start it such that it does not give up its connections whenever another test’s container changes the machine's network. */
function deafToNetwork(chromium: string): { executablePath: string; env?: Record<string, string | undefined> } {
  if (process.platform !== 'linux' || !existsSync(PERL)) return { executablePath: chromium };
  return { executablePath: join(__dirname, 'deaf-to-network.pl'), env: { ...process.env, BERTH_CHROMIUM: chromium } };
}
