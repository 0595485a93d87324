import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Bed } from '../cli/bed';
import { Session, textOf, type Answered } from './bed';

const megabyte = (letter: string): string => letter.repeat(1024 * 1024);
const shaOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('two agents writing one file', function () {
  this.timeout(60_000);
  const bed = new Bed();
  const agents: Session[] = [];
  let container = '';

  before(async () => {
    const volumes = [{ volume: 'tool-state', container: '/home/dev/.tool' }];
    container = (await bed.up(bed.folder('two-writers', { volumes }))).project.id;
    // Two processes, as two agents have them: nothing in one of them can know of the other.
    agents.push(await Session.open(bed), await Session.open(bed));
    await Promise.all(agents.map((agent) => agent.value('status', { container })));
  });
  after(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await bed.dispose();
  });

  const shell = async (script: string): Promise<string> => {
    const ran = await agents[0]!.value('exec', { container, argv: [script], shell: true });
    assert.equal(ran['exit_code'], 0, textOf(ran, 'stderr'));
    return textOf(ran, 'stdout');
  };
  const write = (agent: number, path: string, content: string, expected?: string): Promise<Answered> =>
    agents[agent]!.call('fs_write', { container, path, content, ...(expected && { expected_sha256: expected }) });
  const nothingLeft = async (folder: string): Promise<void> =>
    assert.equal(await shell(`find ${folder} -name '.berth-*'`), '');

  it('lets exactly one win that expected the same file, and tells the other what to do next', async () => {
    let expected = 'absent';
    for (let round = 0; round < 6; round += 1) {
      const texts = [megabyte('a'), megabyte('b')].map((text) => `${text}${round}`.slice(4));
      const answers = await Promise.all(texts.map((text, agent) => write(agent, 'shared', text, expected)));
      const [winner, ...more] = answers.flatMap(({ error }, agent) => (error === null ? [agent] : []));
      assert.ok(winner !== undefined && more.length === 0, `${more.length + 1} won in round ${round}`);
      const { error } = answers[1 - winner]!;
      assert.deepEqual([error?.code, error?.hint], ['file_changed', 'Read it again and decide anew.']);
      expected = shaOf(texts[winner]!);
      assert.equal((await shell('sha256sum shared')).slice(0, 64), expected);
    }
    await nothingLeft('/workspace');
  });

  it('leaves one writer’s whole text where nothing was expected, at each moment, also when a client dies', async () => {
    const texts = [megabyte('a'), megabyte('b')];
    assert.equal((await write(0, 'whole', texts[0]!)).error, null);
    const watch = 'until [ -e watched ]; do sha256sum <whole; done | sort -u';
    const { id } = await agents[0]!.value('exec_start', { container, argv: [watch], shell: true });
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(texts.map((text, agent) => write(agent, 'whole', text)));
      assert.deepEqual(
        answers.map(({ error }) => error),
        [null, null],
      );
    }
    const dying = await Session.open(bed);
    await dying.value('status', { container });
    const cut = dying.call('fs_write', { container, path: 'whole', content: megabyte('c') }).catch(() => undefined);
    await dying.close();
    await cut;
    await shell(': >watched');
    const seen = textOf(await agents[0]!.value('exec_poll', { id, wait_s: 10 }), 'stdout');
    const whole = [...texts, megabyte('c')].map(shaOf);
    for (const sum of seen.trim().split('\n')) assert.ok(whole.includes(sum.slice(0, 64)), `a mixture: ${sum}`);
    assert.equal((await shell('wc -c <whole')).trim(), String(megabyte('a').length));
    await nothingLeft('/workspace');
  });

  it('loses no edit where both edit, and refuses one whose text another has taken away', async () => {
    await write(0, 'notes', 'end\n');
    const edit = (agent: number, old: string, more: string, expected?: string): Promise<Answered> =>
      agents[agent]!.call('fs_edit', {
        container,
        path: 'notes',
        edits: [{ old, new: more }],
        ...(expected && { expected_sha256: expected }),
      });
    const eight = Array.from({ length: 8 }, (_, at) => at);
    const adds = async (agent: number): Promise<void> => {
      for (const at of eight) assert.equal((await edit(agent, 'end\n', `${agent}:${at}\nend\n`)).error, null);
    };
    await Promise.all([adds(0), adds(1)]);
    const lines = (await shell('cat notes')).trim().split('\n');
    assert.deepEqual(lines.sort(), [...[0, 1].flatMap((agent) => eight.map((at) => `${agent}:${at}`)), 'end'].sort());
    const before = shaOf(await shell('cat notes'));
    assert.equal((await edit(0, '1:3\n', '')).error, null);
    assert.equal((await edit(1, '1:3\n', 'three\n')).error?.code, 'file_changed');
    const late = await edit(1, '1:4\n', 'four\n', before);
    assert.deepEqual([late.error?.code, late.error?.hint], ['file_changed', 'Read it again and decide anew.']);
  });

  it('keeps a tool’s state file whole that one agent’s tool and the other agent write', async () => {
    // As such tools do: a whole new file beside it, then the name.
    const put = (path: string, who: string): string =>
      `{ printf '{"who":"${who}","pad":"'; printf %5000s; echo '"}'; } >${path}.${who}.tmp; mv ${path}.${who}.tmp ${path}`;
    const path = '/home/dev/.tool/state.json';
    const tool = `until [ -e enough ]; do ${put(path, 'tool')}; sleep 0.05; done`;
    await shell(`printf '{"who":"first"}' >${path}`);
    const { id } = await agents[0]!.value('exec_start', { container, argv: [tool], shell: true });
    for (let written = 0; written < 5;) {
      const read = await agents[1]!.value('fs_read', { container, path });
      assert.ok('who' in (JSON.parse(String(read['text'])) as object));
      const { error } = await write(1, path, `{"who":"agent","turn":${written}}`, String(read['sha256']));
      if (error === null) written += 1;
      else assert.equal(error.code, 'file_changed');
    }
    await shell(': >enough');
    assert.equal((await agents[0]!.value('exec_poll', { id, wait_s: 10 }))['state'], 'exited');
    JSON.parse(await shell(`cat ${path}`));
    await nothingLeft('/home/dev/.tool');
    // The home folder is not for the file tools: both agents' tools write there by commands.
    const home = await write(1, '~/.claude.json', '{}');
    assert.deepEqual([home.error?.code, (await shell('ls -A')).includes('~')], ['file_outside', false]);
    const many = (who: string): string => `for i in $(seq 100); do ${put('/home/dev/.claude.json', who)}; done`;
    const both = ['one', 'two'].map((who, agent) =>
      agents[agent]!.value('exec', { container, argv: [many(who)], shell: true }),
    );
    for (const ended of await Promise.all(both)) assert.equal(ended['exit_code'], 0, textOf(ended, 'stderr'));
    JSON.parse(await shell('cat ~/.claude.json'));
    assert.equal(await shell('ls -A ~ | grep claude'), '.claude.json\n');
  });
});
