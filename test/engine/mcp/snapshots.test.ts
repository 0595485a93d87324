import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Bed } from '../cli/bed';
import { Session, textOf, type Era } from './bed';

interface Told {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
}

describe('an agent’s session, to a snapshot and on from it', function () {
  this.timeout(60_000);
  const bed = new Bed();
  after(() => bed.dispose());

  for (const era of ['2025', '2026'] as const satisfies readonly Era[]) {
    it(`runs with a client of ${era}: spawn, exec, files, snapshot, back to it, kill, and spawn from it`, async () => {
      const session = await Session.open(bed, era);
      const spawn = async (input: Readonly<Record<string, unknown>>): Promise<Told> => {
        const made = await session.value('spawn', { cpus: 1, memory_mb: 256, ...input });
        return made['container'] as Told;
      };
      const run = async (container: string, script: string): Promise<string> => {
        const ran = await session.value('exec', { container, argv: [script], shell: true, user: 'root' });
        return `${textOf(ran, 'stdout')}${textOf(ran, 'stderr')}`.trim();
      };
      try {
        const first = await spawn({ key: `first ${era}` });
        await run(first.id, 'echo by hand >/opt/tool');
        await session.value('fs_write', { container: first.id, path: 'notes.txt', content: 'kept apart\n' });
        const { snapshot } = await session.value('snapshot', {
          container: first.id,
          name: 'with-tool',
          note: 'a tool',
        });
        const { id } = snapshot as Told;
        assert.deepEqual((await session.value('snapshot_list', { container: first.id }))['snapshots'], [snapshot]);
        // It takes a canary and a switch, which know nothing of the protocol: once is enough.
        if (era === '2026') {
          await run(first.id, 'rm /opt/tool');
          await session.value('snapshot_restore', { container: first.id, snapshot: id, now: true });
          assert.equal(await run(first.id, 'cat /opt/tool notes.txt'), 'by hand\nkept apart');
        }
        await session.value('kill', { container: first.id });
        assert.equal(existsSync(first.folder), false);

        const second = await spawn({ key: `second ${era}`, snapshot: id });
        assert.notEqual(second.id, first.id);
        assert.match(await run(second.id, 'cat /opt/tool; ls'), /^by hand$/, 'its workspace is an empty one');
        const { limits } = await session.value('stats', { container: second.id });
        assert.deepEqual((limits as { memory_bytes: number }).memory_bytes, 256 * 2 ** 20);
        const used = await session.call('snapshot_remove', { snapshot: id });
        assert.equal(used.error?.code, 'snapshot_in_use');
        const other = await session.call('snapshot_restore', { container: second.id, snapshot: id });
        assert.equal(other.error?.code, 'bad_usage');
        await session.value('kill', { container: second.id });
        await session.value('snapshot_remove', { snapshot: id });
        const gone = await session.call('spawn', { key: `third ${era}`, snapshot: id });
        assert.equal(gone.error?.code, 'snapshot_not_found');
      } finally {
        await session.close();
      }
    });
  }
});
