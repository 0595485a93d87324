import assert from 'node:assert/strict';
import { settingsOf } from '../../../src/core/sandbox/agent-settings';
import { decide, type AskedCall } from '../../../src/core/sandbox/policy';

const shop = { id: 'abcdef012345', name: 'shop', folder: '/src/shop', own: false };
const own = { ...shop, own: true };
const exec = (...argv: string[]): AskedCall => ({
  tool: 'exec',
  destructive: true,
  project: shop,
  command: { argv, shell: false },
});
const script = (text: string): AskedCall => ({ ...exec(), command: { argv: [text], shell: true } });
const read: AskedCall = { tool: 'fs_read', destructive: false, project: shop, command: null };
const list: AskedCall = { tool: 'list', destructive: false, project: null, command: null };

describe('whether an agent may make a call', () => {
  it('goes by default by whether somebody can be asked about what destroys in a project', () => {
    const table: readonly (readonly [call: AskedCall, canAsk: boolean, then: string])[] = [
      [exec('ls'), true, 'ask'],
      [exec('ls'), false, 'allow'],
      [{ ...exec('ls'), project: own }, true, 'allow'],
      [read, true, 'allow'],
      [list, true, 'allow'],
    ];
    for (const [call, canAsk, then] of table)
      assert.deepEqual(decide(call, [], canAsk), { then, rule: null }, JSON.stringify([call, canAsk]));
  });

  const { rules } = settingsOf({
    rules: [
      { command: 'git push*', then: 'deny' },
      { command: 'npm test*', then: 'allow' },
      { command: 'cargo build; cargo test', then: 'allow' },
      { project: 'sh*', tool: 'fs_*', then: 'ask' },
      { project: '/src/other', then: 'deny' },
      { tool: 'exec*', then: 'ask' },
    ],
  });
  const table: readonly (readonly [call: AskedCall, then: string, why: string])[] = [
    [exec('git', 'push', 'origin'), 'deny', 'the first that fits'],
    [exec('git', 'pushy'), 'deny', 'a star is any text'],
    [exec('git', 'pull'), 'ask', 'the last that fits'],
    [script('cd a && git push -f'), 'deny', 'a command of a script'],
    [script('x=$(git push)'), 'deny', 'one within another'],
    [exec('/bin/bash', '-lc', 'true; git push'), 'deny', 'a shell that is called by its name'],
    [exec('env', 'A=1', 'sh', '-c', 'git push'), 'deny', 'or behind another program'],
    [exec('npm', 'test', '--', 'one'), 'allow', 'its pattern'],
    [script('npm test; rm -rf .'), 'ask', 'a pattern that allows fits no script'],
    [exec('sh', '-c', 'npm test; rm -rf .'), 'ask', 'nor one of a shell by its name'],
    [script('cargo build; cargo test'), 'allow', 'but the very text'],
    [read, 'ask', 'by project and tool'],
    [{ ...read, project: { ...shop, name: 'other', folder: '/src/other' } }, 'deny', 'by folder'],
    [{ ...read, project: { ...shop, name: 'a' } }, 'allow', 'none fits'],
    [list, 'allow', 'a rule of a project fits no call without one'],
  ];
  for (const [call, then, why] of table) {
    it(`is ${then} for ${call.tool} ${call.command?.argv.join(' ') ?? ''}: ${why}`, () => {
      assert.equal(decide(call, rules, false).then, then);
    });
  }
});
