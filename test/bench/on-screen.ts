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

/**
 * Milliseconds from an event of the engine until the project's row says so on screen, so many times over; the page and this
 * process read the same clock.
 */
export async function onScreen(
  page: Page,
  engine: StandInEngine,
  container: StandInContainer,
  times: number,
): Promise<readonly number[]> {
  const name = container.labels['dev.berth.name'] ?? '';
  await page.locator('.monaco-list-row', { hasText: name }).first().waitFor();
  const ms: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const stops = container.state === 'running';
    await page.evaluate(watch(name, 'stopped', stops));
    const began = Date.now();
    if (stops) engine.emit(container, 'die', { exitCode: '143' });
    else engine.emit(container, 'start');
    const seen = await page.waitForFunction('globalThis.berthSeen', undefined, { polling: 20 });
    ms.push(Number(await seen.jsonValue()) - began);
  }
  return ms;
}
