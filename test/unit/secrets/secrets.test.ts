import assert from 'node:assert/strict';
import type { LogLevel } from '../../../src/core/log';
import { areSecretsDue, byItself } from '../../../src/core/secrets/due';
import { KnownSecrets } from '../../../src/core/secrets/known';
import { agreedSpec, rowsOf, secretRows, toldOf } from '../../../src/core/secrets/record';
import { declaredSecrets } from '../../../src/core/secrets/declared';
import { deliverScript } from '../../../src/core/secrets/scripts';

const env = (value: string) => ({ from: { kind: 'env', value }, as: 'env', mode: '0600', required: false });
const file = (path: string) => ({ ...env('F'), as: 'file', path });
const container = { id: 'c1' };

describe('Secrets of a container', () => {
  it('what a label of another version says is passed over where it is no secret', () => {
    const secrets = {
      A: env('A'),
      B: { from: 'text' },
      'C;rm': env('C'),
      D: file('~/.d'),
      E: { ...env('E'), as: 'file' },
    };
    assert.deepEqual(
      declaredSecrets({ secrets }).map(({ name }) => name),
      ['A', 'D'],
    );
    assert.deepEqual(declaredSecrets({ secrets: 'x' }), []);
  });

  it('go by what a person last asked for, of this container', () => {
    const record = { container: 'c1', started: null, rows: [], agreed: { B: env('B') } };
    const made = { secrets: { A: env('A') }, other: 1 };
    assert.deepEqual(agreedSpec(made, record, container), { secrets: record.agreed, other: 1 });
    assert.deepEqual(agreedSpec(made, { ...record, container: 'c2' }, container), made);
    assert.deepEqual(agreedSpec(made, null, container), made);
  });

  it('are due at up where the template declares others by now, or a missing variable is set here', () => {
    const made = { secrets: { A: env('A') } };
    const facts = { container, made, record: null, wanted: null, env: {} };
    assert.equal(areSecretsDue(facts), false);
    assert.equal(areSecretsDue({ ...facts, wanted: made.secrets }), false);
    assert.equal(areSecretsDue({ ...facts, wanted: { A: env('B') } }), true);
    assert.equal(areSecretsDue({ ...facts, wanted: {} }), true);
    const [row] = rowsOf(made, null, container);
    assert.ok(row !== undefined);
    const record = { container: 'c1', started: null, rows: [{ ...row, state: 'missing' as const }] };
    assert.equal(areSecretsDue({ ...facts, record }), false);
    assert.equal(areSecretsDue({ ...facts, record, env: { A: 'x' } }), true);
  });

  it('by itself nothing is read that the template has come to ask for, and what it no longer has may go', () => {
    const agreed = { secrets: { A: env('A'), B: env('B'), C: env('C') } };
    const wanted = {
      A: env('A'),
      B: { from: { kind: 'command', value: 'steal' }, as: 'env' },
      NEW: env('HOST_SECRET'),
    };
    const { keep, read } = byItself(agreed, wanted);
    assert.deepEqual(Object.keys(keep['secrets'] as object), ['A', 'B']);
    assert.deepEqual([...read], ['A']);
    assert.deepEqual([...byItself(agreed, null).read], ['A', 'B', 'C']);
  });

  it('tell what is there, what is missing and why, and what stands in the way', () => {
    const wishes = declaredSecrets({ secrets: { A: env('A'), B: env('B'), C: env('C'), F: file('~/.f') } });
    const told = toldOf('changed A\nthere A\nthere B\nthere F\nlink F taken\nsomething else\n');
    const found = new Map([
      ['A', { kind: 'value', bytes: Buffer.from('x') } as const],
      ['B', { kind: 'absent', why: 'not set' } as const],
      ['C', { kind: 'failed', why: 'broken' } as const],
    ]);
    const rows = secretRows(wishes, found, told, [], 'now');
    assert.deepEqual(
      rows.map(({ name, state, detail }) => [name, state, detail]),
      [
        ['A', 'injected', null],
        ['B', 'injected', 'the former value stays: not set'],
        ['C', 'missing', 'broken'],
        [
          'F',
          'injected',
          '~/.f is a file of your own and stays as it is; the secret lies in /run/berth/secrets/files/F',
        ],
      ],
    );
  });

  it('a start’s rows do not count for the next', () => {
    const spec = { secrets: { A: env('A') } };
    const [unknown] = rowsOf(spec, null, container);
    assert.ok(unknown !== undefined);
    const record = { container: 'c1', started: 'monday', rows: [{ ...unknown, state: 'injected' as const }] };
    const state = (startedAt?: string) => rowsOf(spec, record, { id: 'c1', ...(startedAt && { startedAt }) })[0]?.state;
    assert.deepEqual([state(), state('monday'), state('tuesday')], ['injected', 'injected', 'unknown']);
  });

  it('no value stands in the script but as base64, which no shell reads', () => {
    const wishes = declaredSecrets({ secrets: { A: env('A') } });
    const script = deliverScript({ wishes, values: new Map([['A', Buffer.from('$(reboot)')]]), formerPaths: [] });
    assert.ok(!script.includes('reboot'));
    assert.ok(script.includes(Buffer.from("export A='$(reboot)'\n").toString('base64')));
  });
});

describe('Known values', () => {
  it('are hidden in logs, in any spelling, in errors and their causes too', () => {
    const known = new KnownSecrets();
    const value = 'hunter2 "quoted"/+';
    const told: string[] = [];
    const log = known.guard({
      log: (level: LogLevel, message: string, detail?: unknown) => {
        const error = detail instanceof Error ? `${detail.message} ${detail.stack ?? ''} ${String(detail.cause)}` : '';
        told.push(`${level} ${message} ${error} ${JSON.stringify(detail)}`);
      },
    });
    log.log('info', value, undefined);
    assert.ok(told[0]?.includes(value));
    told.length = 0;
    known.add(Buffer.from(`${value}\n`));
    known.add(Buffer.from('abc'));
    log.log('info', `a ${value} abc ${encodeURIComponent(value)}`, { nested: [value] });
    log.log('error', 'b', new Error(value, { cause: new Error(value) }));
    for (const text of told) assert.ok(!text.includes('hunter2'), text);
    assert.ok(told[0]?.includes('a *** abc ***'));
  });

  it('of several lines are hidden line by line', () => {
    const known = new KnownSecrets();
    known.add(Buffer.from('-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG\nshort\n'));
    assert.equal(known.redact('x MIIBVgIBADANBgkqhkiG short'), 'x *** short');
  });
});
