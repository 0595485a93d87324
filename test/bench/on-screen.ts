import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { StandInContainer } from '../standin-engine/containers';
import type { StandInEngine } from '../standin-engine/standin-engine';

/** Runs in the page: writes down when the row with a name first has the word in it, or no longer has it. */
const watch = (name: string, word: string, isThere: boolean): string => `(() => {
  delete globalThis.berthSeen;
  const look = () => {
    const rows = [...document.querySelectorAll('.monaco-list-row')];
    const row = rows.find((one) => one.textContent.includes(${JSON.stringify(name)}));
    if (row === undefined || row.textContent.includes(${JSON.stringify(word)}) !== ${isThere}) return;
    seen.disconnect();
    globalThis.berthSeen = Date.now();
  };
  const seen = new MutationObserver(look);
  seen.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
})()`;

/** How long a tree's change is held back that comes after another one, in milliseconds. */
const gathersMs = 250;

/** A pause before each event, in milliseconds, by its number: none, or longer than the editor's gathering, each another. */
export const pauses = {
  none: () => 0,
  apart: (round: number) => gathersMs + 100 + 500 * ((round * 0.618) % 1),
};

/**
 * Milliseconds from an event of the engine until the project's row says so on screen, so many times over; the page and this
 * process read the same clock. `pause` stands before each event.
 */
export async function onScreen(
  page: Page,
  engine: StandInEngine,
  container: StandInContainer,
  times: number,
  pause: (round: number) => number,
): Promise<readonly number[]> {
  const name = container.labels['dev.berth.name'] ?? '';
  await page.locator('.monaco-list-row', { hasText: name }).first().waitFor();
  const ms: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const stops = container.state === 'running';
    await page.evaluate(watch(name, 'stopped', stops));
    await delay(pause(round));
    const began = Date.now();
    if (stops) engine.emit(container, 'die', { exitCode: '143' });
    else engine.emit(container, 'start');
    const seen = await page.waitForFunction('globalThis.berthSeen', undefined, { polling: 20 });
    ms.push(Number(await seen.jsonValue()) - began);
  }
  return ms;
}

/** Counts how often what the rows of projects say becomes another, looked at 50 times a second. */
const counting = `(() => {
  globalThis.berthChanges = 0;
  const said = () => [...document.querySelectorAll('.monaco-list-row')].map((row) => row.textContent).join();
  let before = said();
  setInterval(() => {
    const now = said();
    if (now !== before) globalThis.berthChanges += 1;
    before = now;
  }, 20);
})()`;

/** How often a second the rows change on screen while a storm goes on, of which it is too short to leave what is on screen. */
export async function changesInStorm(page: Page, engine: StandInEngine, perSecond: number): Promise<number> {
  const seconds = 2;
  await page.evaluate(counting);
  const storm = engine.storm(perSecond);
  await delay(seconds * 1000);
  const changes = Number(await page.evaluate('globalThis.berthChanges'));
  storm.dispose();
  return changes / seconds;
}
