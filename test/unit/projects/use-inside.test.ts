import assert from 'node:assert/strict';
import { parseInside, usageInside } from '../../../src/core/projects/use-inside';

const newer = [
  'disk 41',
  'memory 3000000',
  'limit 8000000',
  'pids 4',
  'cache 1000000',
  'cpu 500000',
  'uptime 100.00 150.00',
  'half',
  'cpu 625000',
  'uptime 100.25 150.10',
];

describe('What a container uses, by its own files', () => {
  it('is the same by both kinds of cgroups: memory without the cache, and a core’s share of the time between', () => {
    const used = { cpuPercent: 50, memoryBytes: 2_000_000, memoryPercent: 25, diskPercent: 41, pids: 3 };
    assert.deepEqual(usageInside(parseInside(newer)), used);
    const older = newer.map((line) => line.replace(/^cpu (\d+)$/, 'cpu_ns $1000'));
    assert.deepEqual(usageInside(parseInside(older)), used);
  });

  it('tells no share of a limit that there is not', () => {
    for (const limit of ['max', '9223372036854771712']) {
      const lines = newer.map((line) => (line.startsWith('limit') ? `limit ${limit}` : line));
      assert.equal(usageInside(parseInside(lines))?.memoryPercent, null);
    }
  });

  it('is asked of the engine where a file tells nothing, and where the container was started again between', () => {
    for (const missing of ['memory', 'pids', 'cpu', 'uptime']) {
      assert.equal(usageInside(parseInside(newer.filter((line) => !line.startsWith(missing)))), null, missing);
    }
    assert.equal(usageInside(parseInside(newer.slice(0, 8))), null);
    assert.equal(usageInside(parseInside(newer.map((line) => line.replace('625000', '400')))), null);
  });
});
