import assert from 'node:assert/strict';
import { idleStop, stopLine, watchLine } from '../../../src/core/idle/stop-line';
import { stopAfterOf } from '../../../src/core/idle/tell';
import { TrafficMeter } from '../../../src/core/idle/traffic';
import { watchFigures } from '../../../src/core/idle/watch-script';
import { idleTime, stoppedIdle, stopsWhenIdle } from '../../../src/core/idle/words';
import { labels } from '../../../src/core/model';

describe('What is said of idleness', () => {
  it('is read from the last lines of a log, for the last of its starts alone', () => {
    const log = `else\n${watchLine('7200')}\n${stopLine('7210')}\n`;
    assert.equal(idleStop(log), 7210);
    assert.equal(idleStop(`${log}last words of somebody\n`), 7210);
    assert.equal(idleStop(`${log}${watchLine('7200')}\n`), null, 'it was started again, and stopped by somebody');
    assert.equal(idleStop(`${log}${watchLine('7200')}\n${stopLine('7203')}\n`), 7203);
    assert.equal(idleStop('nothing of it'), null);
    assert.equal(stopsWhenIdle(7_200_000), 'stops after 2 h without use');
    assert.deepEqual(stoppedIdle(7210), { detail: 'idle for 2 h', idleFor: 7210 });
    assert.deepEqual([60, 5400, 36_600].map(idleTime), ['60 s', '90 min', '10 h']);
  });

  it('a person’s traffic is told from an open window’s', () => {
    const meter = new TrafficMeter(1000);
    for (let second = 0; second < 60; second += 1) assert.equal(meter.take(90, second * 1000), false, String(second));
    assert.equal(meter.take(1001, 61_000), true);
    assert.equal(meter.take(1, 62_000), true, 'for the rest of that time');
    assert.equal(meter.take(1, 71_000), false);
  });

  it('a container that may run for ever has no time to tell of', () => {
    const of = (spec: string): number | null => stopAfterOf({ labels: { [labels.spec]: spec } });
    assert.equal(of('{"idle":{"stop_after":60000}}'), 60_000);
    for (const spec of ['{"idle":{}}', '{}', 'torn{', '{"idle":{"stop_after":"x"}}'])
      assert.equal(of(spec), null, spec);
    assert.equal(stopAfterOf({ labels: {} }), null);
  });

  it('looks often enough for the time, and rarely enough to cost nothing', () => {
    assert.equal(watchFigures(60_000).everyMs, 15_000);
    assert.equal(watchFigures(7_200_000).everyMs, 30_000);
  });
});
