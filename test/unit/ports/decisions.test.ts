import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hostCandidates } from '../../../src/core/ports/candidates';
import { remembered } from '../../../src/core/ports/host';
import { isRemoteEngine, listeningPorts, questionsFor } from '../../../src/core/ports/listening';
import { emptyMemory, withAdded, withStopped } from '../../../src/core/ports/memory';
import { messageIn } from '../../../src/core/ports/messages';
import type { PortRow, PortWant } from '../../../src/core/ports/types';
import { rowsAtRest, wishesOf } from '../../../src/core/ports/wishes';
import { parseAsk, portText } from '../../../src/core/ports/words';

const port = fc.integer({ min: 1, max: 65_535 });

describe('ports: which number', () => {
  const first = (...given: Parameters<typeof hostCandidates>): readonly number[] =>
    hostCandidates(...given).slice(0, 4);

  it('tries the number it had, the wanted one, then the next above that nobody else wants', () => {
    assert.deepEqual(first(8888, undefined, new Set()), [8888, 8889, 8890, 8891]);
    assert.deepEqual(first(8888, 8895, new Set([8889])), [8895, 8888, 8890, 8891]);
    assert.deepEqual(first(8888, 8888, new Set()), [8888, 8889, 8890, 8891]);
  });

  it('goes from a privileged number to its usual stand-in, and from the last one to the first', () => {
    assert.deepEqual(first(80, undefined, new Set()), [80, 8080, 8081, 8082]);
    assert.deepEqual(first(65_534, undefined, new Set()), [65_534, 65_535, 1024, 1025]);
  });

  it('never tries one twice, nor one outside the range, and asks the system in the end', () => {
    fc.assert(
      fc.property(port, fc.option(port, { nil: undefined }), fc.array(port), (wanted, had, others) => {
        const all = hostCandidates(wanted, had, new Set(others));
        assert.equal(new Set(all).size, all.length);
        assert.equal(all.at(-1), 0);
        assert.ok(all.slice(0, -1).every((one) => one >= 1 && one <= 65_535));
      }),
    );
  });
});

describe('ports: what is forwarded', () => {
  const declared = [
    { port: 8888, host: 8888, publish: false },
    { port: 3000, host: 3001, publish: true },
  ];
  const wishes = (wants: readonly PortWant[], memory = emptyMemory, remoteEngine = false): readonly string[] => {
    const { forward, rest } = wishesOf({ declared, memory, wants, remoteEngine });
    return [
      ...forward.map((one) => `${one.port} on ${one.wanted} ${one.origin}`),
      ...rest.map((one) => `${one.port} ${one.state}`),
    ];
  };

  it('nothing while nobody wants it, and what the engine publishes never', () => {
    assert.deepEqual(wishes([]), ['8888 off', '3000 published']);
    assert.deepEqual(wishes(['project']), ['8888 on 8888 declared', '3000 published']);
  });

  it('is told by port at rest, however it was declared', () => {
    for (const ports of [declared, [...declared].reverse()]) {
      const rows = rowsAtRest({ declared: ports, memory: emptyMemory, remoteEngine: false });
      assert.deepEqual(
        rows.map(({ port }) => port),
        [3000, 8888],
      );
    }
  });

  it('published ports too where the engine is another machine', () => {
    assert.deepEqual(wishes(['project'], emptyMemory, true), ['8888 on 8888 declared', '3000 on 3001 declared']);
  });

  it('each once, however many want it', () => {
    assert.deepEqual(wishes(['project', 'project', [{ port: 8888 }, { port: 8888, host: 8888 }]]), [
      '8888 on 8888 declared',
      '3000 published',
    ]);
  });

  it('a process’s own on the number it names, for it alone', () => {
    assert.deepEqual(wishes([[{ port: 8888 }, { port: 5000 }]]), [
      '8888 on 8888 process',
      '5000 on 5000 process',
      '3000 published',
    ]);
    assert.deepEqual(wishes(['project', [{ port: 8888, host: 9999 }]]), [
      '8888 on 8888 declared',
      '8888 on 9999 process',
      '3000 published',
    ]);
  });

  it('what a person added, until stopped; a declared one comes back when it is added', () => {
    const added = withAdded(emptyMemory, { port: 5000, host: 5005 });
    assert.deepEqual(wishes(['project'], added), ['8888 on 8888 declared', '5000 on 5005 added', '3000 published']);
    assert.deepEqual(wishes([], added), ['8888 off', '3000 published', '5000 off']);
    assert.deepEqual(wishes(['project'], withStopped(added, 5000)), ['8888 on 8888 declared', '3000 published']);
    const stopped = withStopped(emptyMemory, 8888);
    assert.deepEqual(wishes(['project'], stopped), ['8888 off', '3000 published']);
    const back = withAdded(stopped, { port: 8888, host: 7000 });
    assert.deepEqual(wishes(['project'], back), ['8888 on 7000 declared', '3000 published']);
  });

  it('numbers are kept while they are not in use', () => {
    const row: PortRow = { port: 1, wanted: 1, host: 9, state: 'forwarded', moved: 'taken', origin: 'declared' };
    const before = [
      { port: 1, wanted: 1, host: 5, moved: null },
      { port: 2, wanted: 2, host: 2, moved: null },
    ];
    assert.deepEqual(remembered([row], before), [{ port: 1, wanted: 1, host: 9, moved: 'taken' }, before[1]]);
    assert.deepEqual(remembered([{ ...row, state: 'off', host: null }], before), before);
  });
});

describe('ports: what listens', () => {
  const line = (address: string, number: number, state: string): string =>
    `   0: ${address}:${number.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 123 1 0000000000000000 100 0 0 10 0`;
  const zeros = '0'.repeat(32);

  it('finds listeners that a forward to localhost reaches, in both families', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      line('0100007F', 3000, '0A'),
      line('00000000', 80, '0A'),
      line('0100007F', 3001, '01'), // a connection
      line('0200110A', 3002, '0A'), // one address of a network alone
      line('0B00007F', 3003, '0A'), // the engine's own name server
      line(zeros, 5173, '0A'),
      line('00000000000000000000000001000000', 5174, '0A'),
      line('0000000000000000FFFF00000100007F', 5175, '0A'),
      '',
    ].join('\n');
    assert.deepEqual(listeningPorts(table), [3000, 80, 5173, 5174, 5175]);
    assert.deepEqual(listeningPorts('nothing of the kind'), []);
  });

  it('asks about what stays, is not known, and was chosen by a person', () => {
    const facts = { before: [3000, 4000, 40_000], now: [3000, 4000, 5000, 40_000], known: [4000] };
    assert.deepEqual(questionsFor(facts), [3000]);
  });

  it('knows an engine on another machine by its address', () => {
    const remote = ['ssh://me@host', 'tcp://10.0.0.1:2376', 'tcp://box.local:2375'];
    const local = [
      'unix:///run/docker.sock',
      'tcp://127.0.0.1:2375',
      'tcp://localhost:2375',
      'npipe:////./pipe/docker_engine',
    ];
    assert.deepEqual([...remote, ...local].map(isRemoteEngine), [...remote.map(() => true), ...local.map(() => false)]);
  });
});

describe('ports: words', () => {
  const row: PortRow = { port: 8888, wanted: 8888, host: 8889, state: 'forwarded', moved: 'taken', origin: 'declared' };

  it('say the real number, and why it is another', () => {
    assert.equal(portText(row), '8888 → 127.0.0.1:8889 (8888 was taken)');
    assert.equal(portText({ ...row, host: 8888, moved: null }), '8888 → 127.0.0.1:8888');
    assert.equal(
      portText({ ...row, port: 80, wanted: 80, host: 8080, moved: 'not_allowed' }),
      '80 → 127.0.0.1:8080 (80 is not allowed to you)',
    );
    assert.equal(portText({ ...row, host: null, state: 'off', moved: null }), '8888 → not forwarded');
    assert.equal(
      portText({ ...row, host: 1, state: 'published', moved: null }),
      '8888 → 127.0.0.1:1 (published by the engine)',
    );
  });

  it('are read as PORT or PORT:HOSTPORT', () => {
    assert.deepEqual(parseAsk('3000'), { port: 3000 });
    assert.deepEqual(parseAsk('3000:8080'), { port: 3000, host: 8080 });
    for (const wrong of ['', '0', '65536', '1:0', '1:2:3', 'a', '-1', ' 1', '1e3', '3000:'])
      assert.equal(parseAsk(wrong), null, wrong);
  });

  it('between processes are checked: what is no message is passed over', () => {
    assert.deepEqual(messageIn('{"kind":"want","want":[{"port":1},{"port":0},{"port":"x"},7]}'), {
      kind: 'want',
      want: [{ port: 1 }],
    });
    assert.deepEqual(messageIn('{"kind":"want","want":"project"}'), { kind: 'want', want: 'project' });
    for (const wrong of [
      '',
      'x',
      '1',
      'null',
      '{}',
      '{"kind":"other"}',
      '{"kind":"want","want":3}',
      '{"kind":"rows","rows":1}',
    ]) {
      assert.equal(messageIn(wrong), null, wrong);
    }
    fc.assert(fc.property(fc.string(), (text) => void messageIn(text)));
  });
});
