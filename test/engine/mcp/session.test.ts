import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tools } from '../../../src/core/tools/table';
import { Bed } from '../cli/bed';
import { Session, textOf, type Era } from './bed';
import { waysOut, preparation } from './ways-out';

describe('the MCP server', function () {
  this.timeout(120_000);
  const bed = new Bed();
  let session: Session;
  let container = '';
  before(async () => {
    session = await Session.open(bed);
    const made = await session.value('spawn', { key: 'all tests', memory_mb: 512, pids: 300 });
    container = (made['container'] as { id: string }).id;
  });
  after(async () => {
    await session.close();
    await bed.dispose();
  });

  const run = (argv: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
    session.value('exec', { container, argv, ...more });

  for (const era of ['2025', '2026'] as const satisfies readonly Era[]) {
    it(`serves a client of ${era}: finds its container by its key, runs, writes, edits and keeps it`, async () => {
      const client = await Session.open(bed, era);
      try {
        assert.match(client.client.getNegotiatedProtocolVersion() ?? '', era === '2026' ? /^2026-/ : /^2025-/);
        const listed = await client.client.listTools();
        assert.deepEqual(
          listed.tools.map(({ name }) => name),
          tools.map(({ name }) => name),
        );
        const again = await client.value('spawn', { key: 'all tests', memory_mb: 4096 });
        assert.equal(again['reused'], true);
        assert.equal((again['container'] as { id: string }).id, container);
        const ran = await client.value('exec', {
          container,
          argv: ['echo $WORD; echo no >&2; exit 3'],
          shell: true,
          env: { WORD: 'yes' },
        });
        assert.deepEqual(
          [ran['state'], ran['exit_code'], textOf(ran, 'stdout'), textOf(ran, 'stderr')],
          ['exited', 3, 'yes\n', 'no\n'],
        );
        const written = await client.value('fs_write', { container, path: `${era}/a.txt`, content: 'one two two\n' });
        const edits = [{ old: 'two', new: 'three', count: 2 }];
        const sha = written['sha256'] as string;
        await client.value('fs_edit', { container, path: `${era}/a.txt`, edits, expected_sha256: sha });
        const read = await client.value('fs_read', { container, path: `/workspace/${era}/a.txt` });
        assert.equal(read['text'], 'one three three\n');
        const late = await client.call('fs_write', {
          container,
          path: `${era}/a.txt`,
          content: '',
          expected_sha256: sha,
        });
        assert.equal(late.error?.code, 'file_changed');
        const kept = await client.value('snapshot', { container, name: `of-${era}` });
        const { id: snapshot } = kept['snapshot'] as { id: string };
        assert.deepEqual(await client.value('snapshot_remove', { snapshot }), { removed: snapshot });
      } finally {
        await client.close();
      }
    });
  }

  it('answers for a command after the server that started it is gone, and never runs a key twice', async () => {
    const first = await Session.open(bed);
    const asked = {
      container,
      argv: ['echo begun; echo x >>runs; until [ -e go ]; do sleep 0.1; done; echo over'],
      shell: true,
    };
    const started = await first.value('exec_start', { ...asked, retry_key: 'only once' });
    await first.close();
    const again = await session.value('exec_start', { ...asked, retry_key: 'only once' });
    assert.deepEqual([again['id'], again['repeated'], again['state']], [started['id'], true, 'running']);
    await session.value('fs_write', { container, path: 'go', content: '' });
    let seen = '';
    let cursor: unknown;
    let state: unknown = 'running';
    while (state === 'running') {
      const more = { id: started['id'], wait_s: 10, ...(cursor === undefined ? {} : { cursor }) };
      const now = await session.value('exec_poll', more);
      seen += textOf(now, 'stdout');
      ({ cursor, state } = now);
    }
    assert.equal(seen, 'begun\nover\n');
    assert.equal(textOf(await run(['cat', 'runs']), 'stdout'), 'x\n');
    const other = await session.call('exec', { container, argv: ['true'], retry_key: 'only once' });
    assert.equal(other.error?.code, 'bad_usage');
  });

  it('knows a retry key for 24 hours, and takes its record away after that', async () => {
    const asked = { argv: ['echo', 'ran'], retry_key: 'aged' };
    const { id } = await run(asked.argv, asked);
    const [, name] = String(id).split('.');
    const records = `~/.local/state/berth/commands/${name}*`;
    const age = async (hours: number): Promise<void> => {
      const aged = await run([`touch -d '-${hours * 60} minutes' ${records}`], { shell: true });
      assert.equal(aged['exit_code'], 0, textOf(aged, 'stderr'));
      await run(['true']);
    };
    await age(23.5);
    const again = await run(asked.argv, asked);
    assert.deepEqual([again['repeated'], textOf(again, 'stdout')], [true, 'ran\n']);
    await age(25);
    // What is old goes when a shell starts: another server has one of its own.
    const other = await Session.open(bed);
    await other.value('exec', { container, argv: ['true'] });
    await other.close();
    while ((await run([`ls -d ${records}`], { shell: true }))['exit_code'] === 0);
    assert.equal((await run(asked.argv, asked))['repeated'], false);
  });

  it('lets four commands run at once, says so to the fifth, and ends them with all that they started', async () => {
    const sleep = { container, argv: ['sleep 2971 & sleep 2971'], shell: true };
    const ids = [];
    for (let count = 0; count < 4; count += 1) ids.push((await session.value('exec_start', sleep))['id']);
    assert.equal((await session.call('exec', { container, argv: ['true'] })).error?.code, 'command_limit');
    for (const id of ids) assert.equal((await session.value('exec_cancel', { id }))['state'], 'cancelled');
    const left = await run(['ps -e -o args= | grep "^sleep 297[1]"'], { shell: true });
    assert.deepEqual([left['exit_code'], textOf(left, 'stdout')], [1, '']);
  });

  it('ends a command at its time-out, and one whose call is cancelled', async () => {
    const late = await run(['sleep', '300'], { timeout_s: 1 });
    assert.deepEqual([late['state'], late['exit_code']], ['timed_out', 124]);
    const abort = new AbortController();
    const cancelled = session.call(
      'exec',
      { container, argv: [': >started; exec sleep 271'], shell: true },
      abort.signal,
    );
    while ((await session.call('fs_stat', { container, path: 'started' })).error !== null);
    abort.abort();
    await assert.rejects(cancelled);
    const looks = [
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do pgrep -f "sleep 27[1]" >/dev/null || exit 0; sleep 0.1; done; exit 1',
    ];
    assert.equal((await run(looks, { shell: true }))['exit_code'], 0);
  });

  it('gives much output piece by piece, cuts what is over 10 MB, and hands over bytes that are no text', async () => {
    const much = await run(['yes | head -c 300000; printf ä'], { shell: true });
    assert.deepEqual(Buffer.byteLength(textOf(much, 'stdout')), 102_400);
    let all = textOf(much, 'stdout');
    for (let { cursor } = much; Buffer.byteLength(all) < 300_002;) {
      const next = await session.value('exec_poll', { id: much['id'], cursor });
      all += textOf(next, 'stdout');
      cursor = next['cursor'];
    }
    assert.ok(all === `${'y\n'.repeat(150_000)}ä`);
    const flood = await run(['head -c 12000000 /dev/zero | tr "\\0" x'], { shell: true });
    const { truncated, left } = flood['stdout'] as { truncated: boolean; left: number };
    assert.deepEqual([flood['exit_code'], truncated, left + 102_400], [0, true, 10 * 2 ** 20]);
    const binary = (await run(['printf "\\377\\000"'], { shell: true }))['stdout'] as {
      text: string;
      encoding: string;
    };
    assert.deepEqual([binary.encoding, binary.text], ['base64', '/wA=']);
  });

  it('lets no path out of the workspace, in sixty ways, with perl in the container and without', async () => {
    await run([preparation], { shell: true });
    assert.ok(waysOut.length >= 60);
    const tryOut = async (by: Session, path: string): Promise<void> => {
      const read = await by.call('fs_read', { container, path });
      if (read.error === null) assert.fail(`${JSON.stringify(path)} was read: ${String(read.value['text'])}`);
      const wrote = await by.call('fs_write', { container, path, content: 'out', parents: false });
      // A name that only looks like a way out is a file of the workspace.
      if (wrote.error === null) {
        assert.match(String(wrote.value['path']), /^\/workspace\/[^/]+$/);
        assert.equal((await by.call('fs_delete', { container, path })).error, null);
      }
      for (const { error } of [read, wrote]) {
        assert.match(error?.code ?? 'bad_usage', /^(file_outside|file_not_found|file_failed|bad_usage)$/);
      }
    };
    const tryAll = async (by: Session): Promise<void> => {
      for (let at = 0; at < waysOut.length; at += 8) {
        await Promise.all(waysOut.slice(at, at + 8).map((path) => tryOut(by, path)));
      }
      const there = textOf(await run(['ls -A /outside /outside/sub'], { shell: true }), 'stdout');
      assert.doesNotMatch(there, /new/);
      assert.equal(textOf(await run(['cat', '/outside/file']), 'stdout'), 'kept\n');
    };
    await tryAll(session);
    const move = async (from: string, to: string): Promise<void> =>
      assert.equal((await run(['mv', from, to]))['exit_code'], 0);
    await move('/usr/bin/perl', '/usr/bin/away');
    const without = await Session.open(bed);
    try {
      await tryAll(without);
    } finally {
      await without.close();
      await move('/usr/bin/away', '/usr/bin/perl');
    }
  });

  it('lets nobody out by swapping a link while a file is read', async () => {
    const swapping = 'while [ ! -e done ]; do ln -sfn /outside race; ln -sfn inner race; done';
    const { id } = await session.value('exec_start', { container, argv: [swapping], shell: true });
    for (let turn = 0; turn < 15; turn += 1) {
      const { value, error } = await session.call('fs_read', { container, path: 'race/file' });
      assert.equal(error === null ? value['text'] : 'inner\n', 'inner\n');
    }
    await session.value('exec_cancel', { id });
  });

  it('says each failure with a code, a sentence and what to do next, and nothing of this machine', async () => {
    const cases: readonly (readonly [code: string, tool: string, input: Record<string, unknown>])[] = [
      ['project_not_found', 'exec', { container: 'nobody', argv: ['true'] }],
      ['bad_usage', 'exec', { container, argv: [] }],
      ['bad_usage', 'exec', { container, argv: ['a', 'b'], shell: true }],
      ['bad_usage', 'exec', { container, argv: ['true'], env: { 'A B': '1' } }],
      ['bad_usage', 'no_such_tool', {}],
      ['command_unknown', 'exec_poll', { id: 'nothing' }],
      ['command_unknown', 'exec_poll', { id: `${container}.${'0'.repeat(24)}.root` }],
      ['file_not_found', 'exec', { container, argv: ['true'], cwd: 'nowhere' }],
      ['template_not_found', 'spawn', { key: 'another', template: 'no-such-template' }],
      ['template_not_found', 'spawn', { key: 'another', template: 'no-such-either' }],
      ['snapshot_not_found', 'spawn', { key: 'another', snapshot: 'nobody:nothing' }],
      ['bad_usage', 'exec', { container, argv: ['true'], timeout_s: 1801 }],
      ['workspace_untrusted', 'spawn', { folder: bed.dir }],
    ];
    for (const [code, tool, input] of cases) {
      const { error } = await session.call(tool, input);
      assert.equal(error?.code, code, tool);
      assert.ok(error.message.endsWith('.') && error.hint.length > 0);
      assert.doesNotMatch(JSON.stringify(error), /\bat .*:\d+:\d+|node_modules/);
      for (const here of [bed.berth.home, 'unix:', '/tmp/'])
        assert.ok(!JSON.stringify(error).includes(here), error.message);
    }
  });

  it('starts a stopped container when it is used, and removes all of its own', async () => {
    const asked = { key: 'short-lived', cpus: 1, memory_mb: 256, network: 'none' };
    const { id, folder } = (await session.value('spawn', asked))['container'] as { id: string; folder: string };
    const seen = await session.value('exec', { container: id, argv: ['ls', '/sys/class/net'] });
    assert.equal(textOf(seen, 'stdout'), 'lo\n', 'it has no network');
    assert.equal((await session.value('stop', { container: id }))['state'], 'stopped');
    assert.equal(textOf(await session.value('exec', { container: id, argv: ['echo', 'up'] }), 'stdout'), 'up\n');
    assert.deepEqual((await session.value('kill', { container: id }))['kept'], []);
    assert.equal(existsSync(folder), false);
    assert.equal((await session.call('exec', { container: id, argv: ['true'] })).error?.code, 'project_not_found');
  });
});
