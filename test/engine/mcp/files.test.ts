import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Bed } from '../cli/bed';
import { Session, textOf } from './bed';

describe('files by the MCP server', function () {
  this.timeout(60_000);
  const bed = new Bed();
  let session: Session;
  let container = '';
  before(async () => {
    session = await Session.open(bed);
    const made = await session.value('spawn', { key: 'all bytes', memory_mb: 256 });
    container = (made['container'] as { id: string }).id;
  });
  after(async () => {
    await session.close();
    await bed.dispose();
  });

  const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  const run = (script: string) => session.value('exec', { container, argv: [script], shell: true });

  it('come and go byte by byte, whatever they hold and however long they are', async () => {
    const every = Buffer.from([...Array(256).keys()]);
    const texts = ['', '\n', "it's '' \\n $HOME `id` \u0081\u0088 ä 😀\r\n\n", 'x'.repeat(40_000), 'ä'.repeat(8_000)];
    const all = [...texts.map((text) => Buffer.from(text)), every, Buffer.concat(Array<Buffer>(400).fill(every))];
    for (const [index, bytes] of all.entries()) {
      const path = `bytes ${index}`;
      const content = bytes.toString('base64');
      const written = await session.value('fs_write', { container, path, content, encoding: 'base64' });
      assert.equal(written['sha256'], sha(bytes));
      const read = await session.value('fs_read', { container, path });
      const encoding = read['encoding'] as BufferEncoding;
      assert.deepEqual([Buffer.from(String(read['text']), encoding), read['size']], [bytes, bytes.length]);
      assert.equal(textOf(await run(`sha256sum "${path}"`), 'stdout').slice(0, 64), sha(bytes));
    }
  });

  it('keep their mode, and tell how much follows what one call gives', async () => {
    await run(
      'printf a >plain; chmod 640 plain; printf a >program; chmod 755 program; head -c 1500000 /dev/zero >long',
    );
    for (const path of ['plain', 'program', 'fresh'])
      await session.value('fs_write', { container, path, content: 'b' });
    const modes = textOf(await run('stat -c "%n %a %s" plain program fresh'), 'stdout');
    assert.equal(modes, 'plain 640 1\nprogram 755 1\nfresh 644 1\n');
    const first = await session.value('fs_read', { container, path: 'long' });
    assert.deepEqual([first['size'], first['next']], [1_500_000, 1_048_576]);
    const rest = await session.value('fs_read', { container, path: 'long', offset: 1_048_576 });
    assert.deepEqual([rest['size'], rest['next'], String(rest['text']).length > 0], [1_500_000, null, true]);
  });
});
