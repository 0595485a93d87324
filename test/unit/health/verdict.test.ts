import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HealthFacts, HealthReading } from '../../../src/core/health/facts';
import { thresholdsOf, usualThresholds } from '../../../src/core/health/thresholds';
import { healthVerdict } from '../../../src/core/health/verdict';
import type { Snoozes } from '../../../src/core/health/verdict';
import { reasonHealth } from '../../../src/core/model';
import { ago, facts, hour, minute, now, reading } from './support';

const told = (given: HealthFacts, snoozes: Snoozes = {}, at = now): string[] => {
  const { health, reasons } = healthVerdict(given, usualThresholds, snoozes, at);
  return [health, ...reasons.map(({ code, message }) => `${code}: ${message}`)];
};
const read = (change: Partial<HealthReading>): HealthFacts => facts({ reading: reading(change) });
const tooMuch = (percent: number, forMs: number) => ({ percent, forMs, since: ago(forMs) });
const failing = (times: number, why: string) => ({ times, since: ago(minute), why });
const crash = { at: ago(9 * hour), seen: ago(minute), exitCode: 137, oomKilled: false, restarts: 1 };
const template = [{ code: 'template_changed', message: 'template changed: packages.apt +1', since: null }] as const;

describe('a health verdict', () => {
  const rules: [string, HealthFacts, string[]][] = [
    ['nothing is known against it', facts(), ['healthy']],
    ['the first health check is not made yet', facts({ engineHealth: 'starting' }), ['unknown']],
    ['the health command passes', facts({ engineHealth: 'healthy' }), ['healthy']],
    [
      'the health command fails',
      facts({ engineHealth: 'unhealthy', healthCommand: { failures: 4, exitCode: 2 } }),
      ['unhealthy', 'health_command_failed: 4 health checks failed: the health command fails (exit code 2)'],
    ],
    [
      'the health command fails, and no more is known',
      facts({ engineHealth: 'unhealthy' }),
      ['unhealthy', 'health_command_failed: 3 health checks failed: the health command fails'],
    ],
    ['it is just as old as it may be', facts({ created: ago(72 * hour) }), ['healthy']],
    ['it is older', facts({ created: ago(74 * hour) }), ['stale', 'too_old: older than 72 h: 3 d 2 h']],
    ['it was made tomorrow, as the clock says', facts({ created: ago(-24 * hour) }), ['healthy']],
    ['its template changed', facts({ template }), ['stale', 'template_changed: template changed: packages.apt +1']],
    [
      'its base image is another',
      read({ base: { image: 'debian:bookworm-slim', since: ago(hour) } }),
      ['stale', 'base_changed: base image changed: debian:bookworm-slim'],
    ],
    [
      'its base image is another in its registry',
      read({ base: { image: 'debian:bookworm-slim', since: ago(hour), inRegistry: true } }),
      ['stale', 'base_changed: newer base image in its registry: debian:bookworm-slim'],
    ],
    ['its memory is full, but not for long', read({ tooMuch: { memory: tooMuch(93, 5 * minute - 1) } }), ['healthy']],
    [
      'its memory has been full for five minutes',
      read({ tooMuch: { memory: tooMuch(93.2, 5 * minute) } }),
      ['degraded', 'memory_high: memory 93 % for 5 min'],
    ],
    [
      'it is a hair above its threshold',
      read({ tooMuch: { memory: tooMuch(90.2, 6 * minute) } }),
      ['degraded', 'memory_high: memory 91 % for 6 min'],
    ],
    [
      'its disk is full',
      read({ tooMuch: { workspaceDisk: tooMuch(84, hour) } }),
      ['degraded', 'workspace_disk_high: disk 84 % of 80 %'],
    ],
    [
      'the disk of its writable layer is full',
      read({ tooMuch: { containerDisk: tooMuch(84, hour) } }),
      ['degraded', 'container_disk_high: container disk 84 % of 80 %'],
    ],
    ['two checks failed', read({ failing: { workspace: failing(2, '/workspace not mounted') } }), ['healthy']],
    [
      'three checks failed',
      read({ failing: { workspace: failing(3, '/workspace not mounted') } }),
      ['unhealthy', 'workspace_missing: 3 health checks failed: /workspace not mounted'],
    ],
    [
      'it does not answer',
      read({ failing: { answer: failing(3, 'it does not answer') } }),
      ['unhealthy', 'no_answer: 3 health checks failed: it does not answer'],
    ],
    [
      'its sshd is gone',
      read({ failing: { sshd: failing(4, 'no sshd in the container') } }),
      ['degraded', 'sshd_missing: 4 health checks failed: no sshd in the container'],
    ],
    [
      'services failed',
      read({
        services: [
          { name: 'db', state: 'failed' },
          { name: 'web', state: 'failed' },
          { name: 'job', state: 'stopped' },
        ],
      }),
      ['degraded', 'service_failed: services db, web failed'],
    ],
    [
      'a command of setting up failed',
      facts({ setup: 'post_create 1 of 2 failed: exit code 1' }),
      ['degraded', 'setup_failed: post_create 1 of 2 failed: exit code 1'],
    ],
    [
      'the engine started it again in the night, and this is the first look',
      read({ crash }),
      ['degraded', 'restarted: crashed and was started again: exit code 137'],
    ],
    ['that was told for an hour', read({ crash: { ...crash, seen: ago(hour) } }), ['healthy']],
    [
      'it ran out of memory, three times',
      read({ crash: { ...crash, oomKilled: true, restarts: 3 } }),
      ['degraded', 'restarted: crashed and was started again: out of memory (3×)'],
    ],
    [
      'the kernel killed a process in it',
      read({ oomKill: ago(minute) }),
      ['degraded', 'out_of_memory: a process was killed: out of memory'],
    ],
    [
      'what a probe found is out of date',
      read({ until: ago(1), failing: { workspace: failing(9, 'x') }, tooMuch: { memory: tooMuch(99, hour) } }),
      ['healthy'],
    ],
    [
      'the clock was set back by a day since the probe',
      read({ at: ago(-24 * hour), until: ago(-25 * hour), failing: { workspace: failing(9, 'x') } }),
      ['healthy'],
    ],
    [
      'it is stopped',
      facts({ state: 'stopped', template }),
      ['unknown', 'template_changed: template changed: packages.apt +1'],
    ],
    ['it is being made', facts({ state: 'building' }), ['unknown']],
    [
      'a stopped one was short of memory once',
      facts({ state: 'stopped', reading: reading({ tooMuch: { memory: tooMuch(99, hour) } }) }),
      ['unknown'],
    ],
    ['it ended by an error', facts({ state: 'crashed', exitCode: 3 }), ['unhealthy', 'crashed: crashed: exit code 3']],
    [
      'it is about to be started again',
      facts({ state: 'crashed', exitCode: 3, restarts: 2, restarting: true }),
      ['unhealthy', 'restarting: crashed: exit code 3 (2×); the engine starts it again'],
    ],
    [
      'it stays down',
      facts({ state: 'crashed', exitCode: 137, oomKilled: true, restarts: 5 }),
      ['unhealthy', 'crashed: crashed: out of memory (6×); it stays down'],
    ],
    [
      'several things at once: the worst first',
      facts({
        created: ago(80 * hour),
        template,
        setup: 'post_start 1 of 1 failed: exit code 1',
        reading: reading({ failing: { workspace: failing(3, 'gone') }, tooMuch: { memory: tooMuch(95, hour) } }),
      }),
      [
        'unhealthy',
        'workspace_missing: 3 health checks failed: gone',
        'setup_failed: post_start 1 of 1 failed: exit code 1',
        'memory_high: memory 95 % for 1 h',
        'template_changed: template changed: packages.apt +1',
        'too_old: older than 72 h: 3 d 8 h',
      ],
    ],
  ];
  for (const [what, given, expected] of rules) {
    it(`${what}: ${expected[0] ?? ''}`, () => assert.deepEqual(told(given), expected));
  }

  it('goes by what was not put off, and tells the rest last', () => {
    const given = facts({ template, setup: 'it failed' });
    assert.deepEqual(told(given, { setup_failed: ago(-hour) }), [
      'stale',
      'template_changed: template changed: packages.apt +1',
      'setup_failed: it failed',
    ]);
    const both = { setup_failed: ago(-hour), template_changed: ago(-1) };
    const { health, stale, reasons } = healthVerdict(given, usualThresholds, both, now);
    assert.deepEqual(
      [health, stale.length, reasons.map(({ snoozed }) => snoozed)],
      ['healthy', 1, [ago(-hour), ago(-1)]],
    );
    assert.equal(told(given, both, now + 2)[0], 'stale', 'until it is over');
  });

  it('of a container that was put back to a snapshot counts an edit, not its age nor what its image is made of', () => {
    const made = (['image_changed', 'berth_changed'] as const).map((code) => ({ code, message: code, since: null }));
    const old = { created: ago(99 * hour), reading: reading({ base: { image: 'debian:12', since: ago(hour) } }) };
    const given = facts({ ...old, template: [...template, ...made] });
    assert.equal(told(given).length, 6, 'all of these count elsewhere');
    const restored = { ...given, restored: true };
    assert.deepEqual(told(restored), ['stale', 'template_changed: template changed: packages.apt +1']);
    assert.deepEqual(told({ ...restored, template: made }), ['healthy']);
  });

  it('cannot put off that a container is down', () => {
    assert.equal(told(facts({ state: 'crashed', exitCode: 1 }), { crashed: ago(-hour) })[0], 'unhealthy');
  });

  it('goes by what the template says, and by the usual where a label says nothing', () => {
    assert.deepEqual(thresholdsOf({ health: { max_age: 60_000, max_disk: 50 } }), {
      ...usualThresholds,
      maxAge: 60_000,
      maxDisk: 50,
    });
    for (const broken of [null, [], { health: 'x' }, { health: { max_age: -1 } }]) {
      assert.deepEqual(thresholdsOf(broken), usualThresholds);
    }
    const soon = { ...usualThresholds, maxAge: 90 * minute };
    assert.equal(healthVerdict(facts(), soon, {}, now).detail, 'older than 1 h 30 min: 2 h');
  });

  it('is the worst of its reasons whatever the clock says, and never tells of a negative time', () => {
    const jump = fc.integer({ min: -400, max: 400 }).map((days) => now + days * 24 * hour);
    fc.assert(
      fc.property(jump, fc.integer({ min: 0, max: 9 }), (at, times) => {
        const given = facts({ template, reading: reading({ crash, failing: { workspace: failing(times, 'gone') } }) });
        const { health, reasons } = healthVerdict(given, usualThresholds, {}, at);
        assert.equal(health, reasons[0]?.health);
        for (const { code, message } of reasons) {
          assert.ok(!message.includes('-'), message);
          assert.ok(reasonHealth[code]);
        }
      }),
    );
  });
});
