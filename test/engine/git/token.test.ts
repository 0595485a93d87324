import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../harness/exec';
import type { Core } from '../../../src/core';
import type { GitAsked } from '../../../src/core/git/types';
import { GitBed, type Said } from './bed';
import { GitOverHttps, person } from './https-server';

describe('git in a container, with the user’s password for one server', function () {
  this.timeout(120_000);
  let bed: GitBed;
  let server: GitOverHttps;
  let core: Core;
  let origin: string;
  const asked: GitAsked[] = [];

  before(async () => {
    // The helper that a person has: it answers for any server, so that it is Berth who keeps to one.
    const helper = `!f() { echo "$1" >>"$HOME/asked"; echo username=${person.username}; echo "password=${person.password}"; }; f`;
    bed = await GitBed.create(
      'pushes',
      `[user]\n  name = Pat Example\n  email = pat@example.org\n[credential]\n  helper = "${helper.replaceAll('"', '\\"')}"\n`,
    );
    await bed.template(
      [
        '  git: { credentials: token }',
        '  environment:',
        '    GIT_SSL_CAINFO: /workspace/ca.pem',
        '    GIT_CONFIG_COUNT: "1"',
        '    GIT_CONFIG_KEY_0: push.default',
        '    GIT_CONFIG_VALUE_0: current',
        '',
      ].join('\n'),
    );
    core = bed.core();
    core.git.onDidAsk((one) => asked.push(one));
    await bed.up(core);
    const address = await bed.gateway(await bed.road(core, 'one-shot'));
    server = await GitOverHttps.start(bed.dir, bed.served, address);
    await bed.give(server.caFile, 'ca.pem');
    origin = `https://${address}:${server.port}`;
    await run('git', [
      'config',
      '--file',
      join(bed.folder, '.git', 'config'),
      'remote.origin.url',
      `${origin}/project.git`,
    ]);
    await run('chown', ['-R', '1000:1000', bed.folder]);
  });
  after(async () => {
    await server.stop();
    await bed.dispose();
  });

  const push = async (from: Core, road: 'line' | 'one-shot', what: string): Promise<Said> =>
    bed.say(
      await bed.road(from, road),
      `git commit --quiet --allow-empty -m "${what}" && GIT_TERMINAL_PROMPT=0 git push --quiet origin HEAD:main`,
    );
  const kinds = async (): Promise<(readonly [string, string | null])[]> =>
    (await core.journal.read({ project: bed.row.id }))
      .filter(({ kind }) => kind.startsWith('access_'))
      .map(({ kind, cause }) => [kind, cause] as const)
      .reverse();

  it('commits as the person on this machine, and writes no file for it', async () => {
    for (const road of ['one-shot', 'line'] as const) {
      const said = await bed.say(
        await bed.road(core, road),
        'git config user.name; git config user.email; git config push.default; cat ~/.gitconfig /etc/gitconfig .git/config | grep -c -e Pat -e helper',
      );
      assert.equal(said.stdout, 'Pat Example\npat@example.org\ncurrent\n0\n', road);
    }
    const login = await bed.say(await bed.road(core, 'line'), 'bash -lc "git config user.email"');
    assert.equal(login.stdout, 'pat@example.org\n');
  });

  it('says inside how to allow it, as long as it was not granted', async () => {
    const byLine = await push(core, 'line', 'too early');
    assert.notEqual(byLine.code, 0);
    assert.match(
      byLine.stderr,
      new RegExp(`berth: pushes may not use your credentials for ${origin}\\..*berth grant pushes`),
    );
    assert.deepEqual(asked.at(-1), { project: { id: bed.row.id, name: 'pushes' }, kind: 'token', host: origin });
    const byOneShot = await push(bed.core(), 'one-shot', 'too early');
    assert.match(byOneShot.stderr, /berth: (pushes may not use|no Berth on your machine answers).*berth grant pushes/);
    assert.deepEqual(await core.git.look(bed.row), { kind: 'token', granted: false, hosts: [origin] });
    await assert.rejects(bed.read('user', 'asked'), { code: 'ENOENT' });
  });

  it('pushes once it was granted: over the Line, and by a one-shot command in another process', async () => {
    assert.deepEqual(await core.git.grant(bed.row), { kind: 'token', granted: true, hosts: [origin] });
    const byLine = await push(core, 'line', 'from a window');
    assert.equal(byLine.code, 0, byLine.stderr);
    assert.equal(await bed.pushed('%s, %an'), 'from a window, Pat Example');
    const other = bed.core();
    const byOneShot = await push(other, 'one-shot', 'from a terminal');
    assert.equal(byOneShot.code, 0, byOneShot.stderr);
    assert.equal(await bed.pushed(), 'from a terminal');
    other.dispose();
    const again = await push(core, 'line', 'after the other went');
    assert.equal(again.code, 0, again.stderr);
    assert.match(await bed.read('user', 'asked'), /^(get\n)+$/, 'nothing is told to be stored or erased');
  });

  it('keeps nothing of it inside', async () => {
    const search = `grep -rIl ${JSON.stringify(person.password)} /home /workspace /run /tmp /etc /proc/*/environ 2>/dev/null; true`;
    assert.equal((await bed.say(await bed.road(core, 'line'), search, 'root')).stdout, '');
  });

  it('answers for the servers that were granted, and for no other', async () => {
    const script = (url: string): string =>
      `git config --file /workspace/.git/config remote.other.url ${url}/x.git; printf 'url=%s\\n\\n' ${url} | GIT_TERMINAL_PROMPT=0 git credential fill`;
    const line = await bed.road(core, 'line');
    const said = await bed.say(line, script('https://elsewhere.example'));
    assert.match(
      said.stderr,
      /berth: pushes may use your credentials for .* only, not for https:\/\/elsewhere\.example\./,
    );
    assert.doesNotMatch(said.stdout, /password/);
    // A person who grants once more has to say which: the container has just added one.
    await assert.rejects(
      core.git.grant(bed.row),
      /The remotes of pushes name 2 servers: .*https:\/\/elsewhere\.example/,
    );
    const insecure = await bed.say(line, script(origin.replace('https', 'http')));
    assert.doesNotMatch(insecure.stdout, /password/);
  });

  it('never asks the workspace’s own helpers, which the container could name', async () => {
    const line = await bed.road(core, 'line');
    const trap = `touch ${bed.dir}/escaped; false`;
    // An empty helper takes all before it out of the list.
    const config = 'git config --file .git/config --add credential.helper';
    await bed.say(line, `${config} ''; ${config} '!${trap}'`);
    const said = await push(core, 'line', 'with a trap');
    assert.equal(said.code, 0, said.stderr);
    await assert.rejects(bed.read('escaped'), { code: 'ENOENT' });
    await bed.say(line, 'git config --file .git/config --unset-all credential.helper');
  });

  it('ends at once where it is revoked, in sessions that are open too', async () => {
    const line = await bed.road(core, 'line');
    const session = bed.say(
      line,
      `until [ -e go ]; do sleep 0.1; done; git commit --quiet --allow-empty -m late; GIT_TERMINAL_PROMPT=0 git push --quiet origin HEAD:main`,
    );
    assert.equal(await bed.core().git.revoke(bed.row), true);
    await writeFile(join(bed.folder, 'go'), '');
    const said = await session;
    assert.notEqual(said.code, 0);
    assert.match(said.stderr, /berth: pushes may not use your credentials/);
    assert.notEqual(await bed.pushed(), 'late');
    assert.equal(await core.git.revoke(bed.row), false);
  });

  it('writes each grant, use, refusal and revocation down, once', async () => {
    const words = `token for ${origin}`;
    const told = await kinds();
    assert.deepEqual(told.slice(0, 3), [
      ['access_refused', words],
      ['access_granted', words],
      ['access_used', words],
    ]);
    assert.equal(told.filter(([kind]) => kind === 'access_used').length, 4);
    assert.deepEqual(told.at(-1), ['access_revoked', words]);
    assert.equal(JSON.stringify(await core.journal.read({})).includes(person.password), false);
  });
});
