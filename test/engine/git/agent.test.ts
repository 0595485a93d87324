import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../harness/exec';
import type { Core } from '../../../src/core';
import { bundleOnLine } from '../line/bundle';
import { GitBed, type Said } from './bed';
import { SshAgent } from './ssh-agent';

describe('git in a container, with the keys of the user’s SSH agent', function () {
  this.timeout(120_000);
  let bed: GitBed;
  let agent: SshAgent;
  let core: Core;
  let env: Record<string, string>;

  before(async () => {
    bed = await GitBed.create('signs', '[user]\n  name = Pat Example\n  email = pat@example.org\n');
    agent = await SshAgent.start(bed.dir);
    env = { SSH_AUTH_SOCK: agent.socket };
    await bed.template('  git: { credentials: agent }\n');
    core = bed.core(env);
    await bed.up(core);
    // A server of its own, whose users have nothing of this container's but its address.
    const server = [
      'mkdir -p /srv/git/.ssh /run/sshd && useradd --home-dir /srv/git --shell "$(command -v git-shell)" git && usermod -p "*" git',
      `echo ${JSON.stringify(agent.publicKey.trim())} >/srv/git/.ssh/authorized_keys`,
      'git init --quiet --bare /srv/git/project.git && chown -R git: /srv/git',
      'ssh-keygen -q -t ed25519 -N "" -f /srv/host_key',
      '/usr/sbin/sshd -f /dev/null -h /srv/host_key -p 2222 -o ListenAddress=127.0.0.1 -o UsePAM=no -o PidFile=/srv/pid',
      'mkdir -p /etc/ssh/ssh_config.d && echo "StrictHostKeyChecking accept-new" >/etc/ssh/ssh_config.d/test.conf',
    ].join(' && ');
    const engineRoad = await bed.road(core, 'one-shot');
    const made = await bed.say(engineRoad, server, 'root');
    assert.equal(made.code, 0, made.stderr);
    await run('git', [
      'config',
      '--file',
      join(bed.folder, '.git', 'config'),
      'remote.origin.url',
      'ssh://git@127.0.0.1:2222/srv/git/project.git',
    ]);
    await run('chown', ['-R', '1000:1000', bed.folder]);
  });
  after(async () => {
    await agent.stop();
    await bed.dispose();
  });

  const push = async (from: Core, road: 'line' | 'one-shot', what: string): Promise<Said> =>
    bed.say(
      await bed.road(from, road),
      `git commit --quiet --allow-empty -m "${what}" && git push --quiet origin HEAD:main`,
    );
  const pushed = async (): Promise<string> => {
    const log = 'git -c safe.directory="*" -C /srv/git/project.git log -1 --format=%s main';
    return (await bed.say(await core.projects.line(bed.row), log, 'root')).stdout.trim();
  };
  const hostEntry = (): Promise<string> => readFile(join(bed.dir, 'home', 'ssh', 'config'), 'utf8');

  it('says inside how to allow it, as long as it was not granted', async () => {
    for (const road of ['line', 'one-shot'] as const) {
      const said = await push(core, road, 'too early');
      assert.notEqual(said.code, 0);
      assert.match(said.stderr, /berth: no key of your SSH agent can be used here: run `berth grant signs`/, road);
    }
    assert.match(await hostEntry(), /ForwardAgent no/);
  });

  it('pushes once it was granted: in sessions that were open already, and by a one-shot command in another process', async () => {
    await core.git.grant(bed.row);
    const said = await push(core, 'line', 'from a window');
    assert.equal(said.code, 0, said.stderr);
    assert.equal(await pushed(), 'from a window');
    const other = bed.core(env);
    const again = await push(other, 'one-shot', 'from a terminal');
    assert.equal(again.code, 0, again.stderr);
    assert.equal(await pushed(), 'from a terminal');
    other.dispose();
  });

  it('has the user’s own ssh pass the agent on, as Remote-SSH does, and commits by it as the person', async () => {
    assert.match(await hostEntry(), /ForwardAgent yes/);
    const proxy = bundleOnLine(
      bed.dir,
      'proxy',
      `import { createHome } from '../home';
       import { gitBehindSsh } from '../git/behind-ssh';
       import { sshProxy } from './proxy';
       const [, , , , dir = '', , engineId = '', projectId = ''] = process.argv;
       const home = createHome({ BERTH_HOME: dir });
       const { stdin, stdout, stderr } = process;
       const session = (container) => gitBehindSsh(home, container);
       void sshProxy({ home, engineId, projectId, stdin, stdout, stderr, session }).then((code) => process.exit(code));`,
    );
    const launcher = join(bed.dir, 'home', 'bin', 'berth');
    await mkdir(dirname(launcher), { recursive: true });
    await writeFile(launcher, `#!/bin/sh\nexec ${process.execPath} ${proxy} "$@"\n`, { mode: 0o755 });
    const push = 'cd /workspace && git commit --quiet --allow-empty -m "by ssh" && git push --quiet origin HEAD:main';
    const config = join(bed.dir, 'home', 'ssh', 'config');
    await run('ssh', ['-F', config, bed.row.alias, push], { env: bed.env(env) });
    assert.equal(await pushed(), 'by ssh');
    const author = 'git -C /workspace log -1 --format=%ae';
    assert.equal((await bed.say(await bed.road(core, 'line'), author)).stdout, 'pat@example.org\n');
  });

  it('refuses at once where it is revoked, in a session that is open too', async () => {
    const line = await bed.road(core, 'line');
    const session = bed.say(
      line,
      'until [ -e go ]; do sleep 0.1; done; git commit -q --allow-empty -m late; git push -q origin HEAD:main',
    );
    assert.equal(await bed.core(env).git.revoke(bed.row), true);
    await bed.say(line, 'touch go');
    const said = await session;
    assert.notEqual(said.code, 0);
    assert.match(said.stderr, /berth grant signs/);
    assert.match(await hostEntry(), /ForwardAgent no/);
    const told = (await core.journal.read({ project: bed.row.id })).map(({ kind, cause }) => `${kind}: ${cause}`);
    for (const kind of ['granted', 'used', 'refused', 'revoked']) {
      assert.ok(told.includes(`access_${kind}: the SSH agent`), `${kind} is in the journal`);
    }
  });
});
