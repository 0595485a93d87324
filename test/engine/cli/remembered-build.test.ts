import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from '../../harness/berth';
import { Bed } from './bed';

/** Told on stderr at the end: whether what reads command lines was loaded, which an answer from memory does without, and how much script was. */
const hook = `
const Module = require('node:module');
const compile = Module.prototype._compile;
let parser = false, bytes = 0;
Module.prototype._compile = function (code, file) {
  bytes += code.length;
  parser ||= code.includes('CommanderError');
  return compile.call(this, code, file);
};
process.on('exit', () => process.stderr.write((parser ? 'worked ' : 'remembered ') + bytes));
`;

describe('berth build with nothing changed', function () {
  this.timeout(60_000);
  const bed = new Bed();
  let folder = '';
  let hookFile = '';
  before(() => {
    hookFile = join(scratch(), 'hook.cjs');
    writeFileSync(hookFile, hook);
    folder = bed.folder('remembered');
  });
  after(() => bed.dispose());

  async function build(...more: readonly string[]) {
    const env = { NODE_OPTIONS: `--require ${hookFile}` };
    const { code, stdout, stderr } = await bed.run(['build', './berth.yaml', ...more], { cwd: folder, env });
    const [, how, bytes] = /(worked|remembered) (\d+)$/.exec(stderr) ?? [];
    assert.ok(how !== undefined, stderr);
    return { code, stdout, remembered: how === 'remembered', bytes: Number(bytes) };
  }

  /** Files have to be some two seconds old before they are trusted not to change unseen. */
  async function untilRemembered() {
    for (;;) {
      const answer = await build('--json');
      assert.equal(answer.code, 0, answer.stdout);
      if (answer.remembered) return answer;
    }
  }

  it('is answered from memory, in the same words; any file that would take part makes it look again', async () => {
    const { stdout, bytes } = await untilRemembered();
    // With some room: it is to catch a library that slipped in.
    assert.ok(bytes <= 70_000, String(bytes));
    const { timings_ms: took, ...said } = JSON.parse(stdout) as Record<string, unknown>;
    const slow = JSON.parse((await build('--json', '--progress', 'none')).stdout) as Record<string, unknown>;
    assert.deepEqual({ ...said, timings_ms: slow['timings_ms'] }, slow);
    assert.deepEqual(Object.keys(took as object), ['total']);
    const tag = (said['image'] as { readonly tag: string }).tag;
    const plain = await build();
    assert.deepEqual([plain.remembered, plain.stdout], [true, `${tag} is up to date.\n`]);

    mkdirSync(join(bed.berth.berthHome, 'templates'), { recursive: true });
    const coming = ['berth.local.yaml', 'berth.lock', 'base.berth.yaml'].map((name) => join(folder, name));
    for (const file of [...coming, join(bed.berth.berthHome, 'templates', 'base.yaml')]) {
      writeFileSync(file, '{}');
      assert.equal((await build()).remembered, false, file);
      rmSync(file);
      assert.equal((await build()).remembered, true, file);
    }

    for (const option of ['--no-cache', '--frozen']) assert.equal((await build(option, '--help')).remembered, false);
    const file = join(folder, 'berth.yaml');
    // As long as before.
    writeFileSync(file, readFileSync(file, 'utf8').replace('"plain"', '"plane"'));
    const edited = await build();
    assert.ok(!edited.remembered && edited.stdout.startsWith('berth/plane:'), edited.stdout);
    await bed.docker('rmi', edited.stdout.split(' ')[0] ?? '');
  });

  it('is built anew where the engine lost the image meanwhile', async () => {
    const file = join(folder, 'berth.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"plane"', '"plost"'));
    const { tag } = (JSON.parse((await untilRemembered()).stdout) as { readonly image: { readonly tag: string } })
      .image;
    await bed.docker('rmi', tag);
    const again = await build('--json');
    assert.ok(!again.remembered);
    assert.equal((JSON.parse(again.stdout) as { readonly reused: boolean }).reused, false);
    await bed.docker('rmi', tag);
  });
});
