import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findEditors } from '../../../src/cli/editors';
import { judge, type DoctorFacts } from '../../../src/core/doctor';
import { BerthError } from '../../../src/core/errors';
import { scratch } from '../../harness/berth';

const GIB = 1024 ** 3;
const plenty = { freeBytes: 200 * GIB, totalBytes: 500 * GIB };

const well: DoctorFacts = {
  engine: {
    kind: 'connected',
    info: {
      id: 'e1',
      endpoint: { url: 'unix:///run/docker.sock', source: 'context default' },
      version: '28.5.2',
      apiVersion: '1.51',
      os: 'linux',
      arch: 'x86_64',
      cpus: 2,
      memoryBytes: 8 * GIB,
      rootless: false,
      flavour: 'docker',
      buildkit: true,
      local: true,
      dataRoot: '/var/lib/docker',
    },
  },
  engineDisk: plenty,
  home: { dir: '/home/u/.local/state/berth', problem: null, disk: plenty },
  nodeVersion: '22.19.0',
  sshVersion: 'OpenSSH_9.2p1',
  editors: [{ name: 'Cursor', command: '/usr/bin/cursor', provider: 'anysphere.remote-ssh', suggestedProvider: 'x' }],
  sshConfig: { userConfig: '/home/u/.ssh/config', ownConfig: '/b/ssh/config', installed: true },
};

/** `check: level` of everything that is not ok, and a proof that each has a way to mend it. */
function complaints(facts: Partial<DoctorFacts>): string[] {
  const { findings } = judge({ ...well, ...facts });
  const bad = findings.filter(({ level }) => level !== 'ok');
  for (const { check, mend } of bad) assert.ok(mend !== undefined && mend.length > 10, check);
  return bad.map(({ check, level }) => `${check}: ${level}`);
}

function engine(change: object): Pick<DoctorFacts, 'engine'> {
  assert.ok(well.engine.kind === 'connected');
  return { engine: { kind: 'connected', info: { ...well.engine.info, ...change } } };
}

describe('the doctor', () => {
  it('has nothing to say where all is well, and looks at everything', () => {
    const { findings, healthy } = judge(well);
    assert.ok(healthy);
    assert.deepEqual(complaints({}), []);
    assert.deepEqual(
      findings.map(({ check }) => check),
      [
        ...['engine', 'api_version', 'buildkit', 'rootless', 'engine_disk', 'home', 'home_disk'],
        ...['node', 'ssh_client', 'editor', 'remote_ssh', 'ssh_config'],
      ],
    );
  });

  it('fails without an engine and tells every place that was tried', () => {
    const endpoint = { url: 'unix:///run/x.sock', source: 'the usual socket' };
    const error = new BerthError('engine_unreachable', 'No engine answers.', { hint: 'Start Docker.' });
    const report = judge({
      ...well,
      engine: { kind: 'failed', error, tried: [{ endpoint, problem: 'no such file' }] },
    });
    assert.equal(report.healthy, false);
    const finding = report.findings.find(({ check }) => check === 'engine');
    assert.match(finding?.message ?? '', /unix:\/\/\/run\/x\.sock \(the usual socket\): no such file/);
    assert.equal(finding?.mend, 'Start Docker.');
  });

  it('tells each lack with a way to mend it', () => {
    assert.deepEqual(complaints(engine({ apiVersion: '1.39' })), ['api_version: fail']);
    assert.deepEqual(complaints(engine({ apiVersion: '1.100' })), []);
    assert.deepEqual(complaints(engine({ buildkit: false })), ['buildkit: warn']);
    assert.deepEqual(complaints({ engineDisk: { freeBytes: GIB, totalBytes: 100 * GIB } }), ['engine_disk: fail']);
    assert.deepEqual(complaints({ engineDisk: { freeBytes: 10 * GIB, totalBytes: 100 * GIB } }), ['engine_disk: warn']);
    assert.deepEqual(complaints({ engineDisk: null }), []);
    assert.deepEqual(complaints({ home: { ...well.home, problem: 'read-only file system' } }), ['home: fail']);
    assert.deepEqual(complaints({ nodeVersion: '18.20.0' }), ['node: fail']);
    assert.deepEqual(complaints({ sshVersion: null }), ['ssh_client: fail']);
    assert.deepEqual(complaints({ editors: [] }), ['editor: warn']);
    assert.deepEqual(complaints({ sshConfig: null }), ['ssh_config: warn']);
    const bare = { name: 'VS Code', command: null, provider: null, suggestedProvider: 'ms-vscode-remote.remote-ssh' };
    assert.deepEqual(complaints({ editors: [bare] }), ['remote_ssh: warn']);
  });

  it('finds editors by command and by extensions’ folder, with their Remote-SSH extension', async () => {
    const home = scratch();
    mkdirSync(join(home, '.cursor/extensions/Anysphere.remote-ssh-1.0.20'), { recursive: true });
    mkdirSync(join(home, '.vscode/extensions/ms-python.python-2026.1.0'), { recursive: true });
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin/code'), '', { mode: 0o755 });
    const found = await findEditors({ PATH: `/nowhere:${join(home, 'bin')}` }, home);
    assert.deepEqual(
      found.map(({ name, command, provider }) => ({ name, command, provider })),
      [
        { name: 'VS Code', command: join(home, 'bin/code'), provider: null },
        { name: 'Cursor', command: null, provider: 'anysphere.remote-ssh' },
      ],
    );
  });
});
