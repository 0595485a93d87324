import assert from 'node:assert/strict';
import type { Api } from '../../../src/core/engine/api';
import { ContainerLists } from '../../../src/core/engine/container-list';
import { listContainers } from '../../../src/core/engine/containers';

interface Line {
  readonly id: string;
  readonly status?: string;
  readonly more?: object;
}

const lineOf = ({ id, status = 'Up 3 hours', more }: Line) => ({
  ...{ Id: id, Names: [`/${id}`], Image: 'i', ImageID: 'sha256:i', Labels: { note: 'ü },{"Id":"' } },
  ...{ State: 'running', Status: status, Created: 1_700_000_000, ...more },
});
const textOf = (lines: readonly Line[]) => Buffer.from(`${JSON.stringify(lines.map(lineOf))}\n`);
const many = (count: number): Line[] => Array.from({ length: count }, (_, at) => ({ id: `container${at}` }));

describe('the engine’s lists of containers', () => {
  it('are read line by line, whatever their texts hold', async () => {
    const lines = [...many(2), { id: 'ended', status: 'Exited (1) 2 days ago', more: { State: 'exited' } }];
    const read = await new ContainerLists().read(textOf(lines), 'all');
    assert.deepEqual(
      read.map(({ id, name, state, status, labels }) => [id, name, state, status, labels['note']]),
      [
        ['container0', 'container0', 'running', 'Up 3 hours', 'ü },{"Id":"'],
        ['container1', 'container1', 'running', 'Up 3 hours', 'ü },{"Id":"'],
        ['ended', 'ended', 'exited', 'Exited (1) 2 days ago', 'ü },{"Id":"'],
      ],
    );
    assert.deepEqual(await new ContainerLists().read(Buffer.from('[]\n'), 'all'), []);
  });

  it('are read as a whole where an engine writes them otherwise, or puts such a line within another', async () => {
    const lists = new ContainerLists();
    const reversed = Object.fromEntries(Object.entries(lineOf({ id: 'one' })).reverse());
    const nested = lineOf({ id: 'two', more: { Mounts: [{ a: 1 }, { Id: 'no container' }] } });
    for (const lines of [[reversed], [lineOf({ id: 'one' }), nested]]) {
      const read = await lists.read(Buffer.from(JSON.stringify(lines, null, lines.length === 1 ? 2 : 0)), 'all');
      assert.deepEqual(
        read.map(({ id }) => id),
        lines.map(({ Id }) => Id),
      );
    }
    await assert.rejects(lists.read(Buffer.from('[{"Id":"cut off'), 'all'), SyntaxError);
  });

  it('give the same object for a line that reads the same, and for no other', async () => {
    const lists = new ContainerLists();
    const lines = many(30);
    const before = await lists.read(textOf(lines), 'all');
    const other = [
      { id: 'new' },
      ...lines.slice(1).map((line, at) => (at === 3 ? { ...line, status: 'Up 4 hours' } : line)),
    ];
    const after = await lists.read(textOf(other), 'all');
    const kept = after.filter((summary) => before.includes(summary)).map(({ id }) => id);
    const changed = ['new', 'container4'];
    assert.deepEqual(
      kept,
      after.map(({ id }) => id).filter((id) => !changed.includes(id)),
    );
    assert.equal(after.find(({ id }) => id === 'container4')?.status, 'Up 4 hours');
  });

  it('give the same labels for a container that changed, also where another question tells of it, but not others', async () => {
    const lists = new ContainerLists();
    const [before] = await lists.read(textOf(many(30)), 'all');
    const ended = { id: 'container0', status: 'Exited (0) 1 second ago' };
    for (const question of [null, 'mine', 'all']) {
      const [after] = await lists.read(textOf([ended]), question);
      assert.deepEqual([after?.status, after?.labels === before?.labels], [ended.status, true]);
    }
    await lists.read(textOf(many(30)), 'all');
    const relabelled = [{ note: 'ü' }, { note: 'ü },{"Id":"', more: '' }];
    for (const Labels of relabelled) {
      const [after] = await lists.read(textOf([{ id: 'container0', more: { Labels } }]), null);
      assert.deepEqual(after?.labels, Labels);
    }
  });

  it('keep the answer to a question while others are answered, but not to many', async () => {
    const lists = new ContainerLists();
    const text = textOf(many(30));
    const first = await lists.read(text, 'mine');
    await lists.read(textOf(many(40)), 'all');
    await lists.read(textOf(many(1)), 'one project');
    assert.equal((await lists.read(text, 'mine'))[7], first[7]);
    await lists.read(text, 'another');
    await lists.read(text, 'yet another');
    assert.notEqual((await lists.read(text, 'mine'))[7], first[7]);
  });

  it('keep it also where any number of questions is answered that are not asked again', async () => {
    const api = {
      read: (_method: string, _path: string, _options: object, take: (text: Buffer) => unknown) =>
        Promise.resolve(take(textOf(many(30)))),
    } as unknown as Api;
    const lists = new ContainerLists();
    const ask = (names?: readonly string[]) =>
      listContainers(api, { labels: { own: '' }, ...(names === undefined ? {} : { names }) }, undefined, lists);
    const first = await ask();
    for (const name of ['one', 'two', 'three']) await ask([name]);
    assert.equal((await ask())[7], first[7]);
  });
});
