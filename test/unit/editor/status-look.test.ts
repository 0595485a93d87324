import assert from 'node:assert/strict';
import type { ProjectRow } from '../../../src/core/model';
import type { CommandId } from '../../../src/editor/commands/ids';
import { actionsFor } from '../../../src/editor/rows/actions';
import { statusLook } from '../../../src/editor/rows/status-look';
import { row } from './rows';

const facts = { row: row(), name: 'hello-python', engineLost: false, busy: undefined, actions: [] };

describe('the status bar item', () => {
  const table = [
    ['healthy', {}, '$(vm-running) hello-python', null],
    ['stale', { health: 'stale' }, '$(warning) hello-python: stale', 'warning'],
    ['unhealthy', { health: 'unhealthy' }, '$(error) hello-python: unhealthy', 'error'],
    ['crashed', { state: 'crashed', health: 'unhealthy' }, '$(error) hello-python: crashed', 'error'],
    ['stopped', { state: 'stopped', health: 'unknown' }, '$(vm-outline) hello-python: stopped', null],
  ] as const;
  for (const [name, changes, text, background] of table) {
    it(`shows ${name}`, () => {
      const look = statusLook({ ...facts, row: row(changes) });
      assert.deepEqual([look?.text, look?.background], [text, background]);
    });
  }

  it('shows the step of a build, for a folder that has no row yet too', () => {
    const busy = { verb: 'starting', step: 'apt (4/9)' };
    assert.equal(statusLook({ ...facts, busy })?.text, '$(loading~spin) hello-python: apt (4/9)');
    assert.equal(statusLook({ ...facts, row: undefined, busy })?.text, '$(loading~spin) hello-python: apt (4/9)');
  });

  it('says that the engine is out of reach, with the last state in the tooltip', () => {
    const look = statusLook({ ...facts, engineLost: true });
    assert.equal(look?.text, '$(debug-disconnect) engine unreachable');
    assert.match(look.tooltip, /last known state/);
    assert.match(look.spoken, /engine unreachable, last known state healthy/);
  });

  it('is hidden where the window has no project', () => {
    assert.equal(statusLook({ ...facts, row: undefined }), null);
  });

  it('links its actions', () => {
    const look = statusLook({ ...facts, actions: [{ label: 'Stop', command: 'berth.stop' }] });
    assert.match(look?.tooltip ?? '', /\[Stop\]\(command:berth\.stop\)/);
  });
});

describe('what a click offers', () => {
  const first = (condition: Parameters<typeof actionsFor>[0]) => actionsFor(condition, false)[0]?.command;

  it('puts the likeliest first', () => {
    assert.equal(first('healthy'), 'berth.run');
    assert.equal(first('stopped'), 'berth.start');
    assert.equal(first('attention'), 'berth.refresh');
    assert.equal(first('unreachable'), 'berth.doctor');
    assert.equal(first('absent'), 'berth.open');
  });

  it('begins with what mends the worst reason, and leaves out what cannot act', () => {
    const commands = (look: Partial<ProjectRow>): CommandId[] =>
      actionsFor('attention', false, row(look)).map(({ command }) => command);
    const reason = { health: 'degraded', message: '', since: null, snoozed: null } as const;
    const failed = commands({ health: 'degraded', reasons: [{ ...reason, code: 'setup_failed' }] });
    assert.deepEqual(failed.slice(0, 2), ['berth.up', 'berth.refresh']);
    assert.ok(!failed.includes('berth.rollback'));
    assert.ok(commands({ former: 1 }).includes('berth.rollback'));
  });

  it('does not offer to open the container in the container’s own window', () => {
    assert.ok(!actionsFor('healthy', true).some(({ command }) => command === 'berth.open'));
  });
});
