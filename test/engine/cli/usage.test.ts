import assert from 'node:assert/strict';
import { commands } from '../../../src/cli/table';
import { width } from '../../../src/cli/render/width';
import { Berth, errorOf } from '../../harness/berth';

/** What a terminal of 24 lines shows with the prompt that follows. */
function assertFits(text: string, lines = 23): void {
  const rows = text.trimEnd().split('\n');
  assert.ok(rows.length <= lines, `${rows.length} lines`);
  for (const row of rows) assert.ok(width(row) <= 80, `too wide: ${row}`);
}

describe('the command line', function () {
  this.timeout(20_000);
  const berth = new Berth();

  it('shows its help on one screen and exits 2 without a subcommand', async () => {
    const { code, stdout, stderr } = await berth.run([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assertFits(stderr);
    for (const { name, hidden } of commands) {
      assert.equal(new RegExp(`^  (\\S+\\|)?${name}(\\||\\s)`, 'm').test(stderr), hidden !== true, name);
    }
  });

  it('exits 0 where help or the version was asked for', async () => {
    const asked = await berth.run(['--help']);
    assert.equal(asked.code, 0);
    assertFits(asked.stdout);
    const { code, stdout } = await berth.run(['--version']);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('names the nearest command for a misspelt one, shows the help and exits 2', async () => {
    const { code, stderr } = await berth.run(['stauts']);
    assert.equal(code, 2);
    assert.match(stderr, /no command "stauts"/);
    assert.match(stderr, /Did you mean "berth status"\?/);
    assert.match(stderr, /Usage: berth COMMAND/);
  });

  it('answers wrong usage in JSON where JSON was asked for', async () => {
    const wrong = await berth.json(['frobnicate']);
    assert.equal(wrong.code, 2);
    assert.equal(wrong.document['outcome'], 'error');
    assert.equal(errorOf(wrong.document).code, 'bad_usage');
    const option = await berth.json(['up', '--tmplate', 'x']);
    assert.equal(option.code, 2);
    assert.match(errorOf(option.document).message, /did you mean --template/);
  });

  it('gives every command a help that fits and exits 0', async () => {
    const answers = await Promise.all(commands.map(async ({ name }) => ({ name, ...(await berth.run([name, '-h'])) })));
    for (const { name, code, stdout } of answers) {
      assert.equal(code, 0, name);
      assert.match(stdout, new RegExp(`^Usage: berth ${name}`));
      assertFits(stdout);
    }
  });

  it('exits 125 where exec is used wrongly, so that it is not taken for the command’s own code', async () => {
    for (const args of [
      ['exec'],
      ['exec', 'ls'],
      ['exec', '--bogus', '--', 'ls'],
      ['exec', '--timeout', 'soon', '--', 'ls'],
      ['exec', '--timeout', '0', '--', 'ls'],
      ['exec', '--env', '1X=y', '--', 'ls'],
      ['exec', '--json', '--', 'ls'],
      ['exec', '-it', '--', 'ls'],
    ]) {
      const { code, stdout, stderr } = await berth.run(args);
      assert.equal(code, 125, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /^berth: /);
    }
  });

  it('takes no --json where bytes are passed through', async () => {
    for (const name of ['shell', 'ssh', 'ssh-proxy']) {
      const { code, stderr } = await berth.run([name, '--json']);
      assert.equal(code, 2, name);
      assert.match(stderr, /Unknown option '--json'/);
    }
  });

  it('refuses numbers that are none and actions that do not exist', async () => {
    assert.equal((await berth.run(['logs', '--tail', 'some'])).code, 2);
    assert.equal((await berth.run(['ssh-config', 'burn'])).code, 2);
    assert.equal((await berth.run(['up', '--progress', 'loud'])).code, 2);
    assert.equal((await berth.run(['relink', 'one'])).code, 2);
  });
});
