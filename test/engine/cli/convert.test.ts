import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bed } from './bed';

/** An image with features, environment, a user, limits and a command, as many projects have it. */
const devcontainer = `{
  // What this project's container is.
  "name": "Ledger",
  "image": "debian:bookworm-slim",
  "features": { "ghcr.io/devcontainers/features/common-utils:2": { "installZsh": false } },
  "containerEnv": { "TZ": "Europe/Berlin", "GREETING": "it's $HOME and \\"quotes\\"" },
  "remoteEnv": { "SRC": "\${containerWorkspaceFolder}/src" },
  "remoteUser": "vscode",
  "runArgs": ["--cpus=1", "--memory", "256m", "--pids-limit=200", "--cap-add=SYS_PTRACE"],
  "postCreateCommand": { "who": "id -un > made-by", "words": ["sh", "-c", "printf '%s|' \\"$0\\" \\"$1\\" > words", "a b", "$HOME"] },
}`;

describe('a project that comes with a devcontainer.json', function () {
  this.timeout(180_000);
  const bed = new Bed();
  let folder: string;

  before(async () => {
    folder = join(bed.dir, 'ledger');
    mkdirSync(join(folder, '.devcontainer'), { recursive: true });
    writeFileSync(join(folder, '.devcontainer/devcontainer.json'), devcontainer);
    chownSync(folder, 1000, 1000);
    const { code, stderr } = await bed.run(['import', folder]);
    assert.equal(code, 0, stderr);
    await bed.up(folder);
  });
  after(async () => {
    await bed.dispose();
    rmSync(folder, { recursive: true });
  });

  const inside = async (...command: string[]): Promise<string> => {
    const { code, stdout, stderr } = await bed.run(['exec', '-p', folder, '--', ...command]);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };

  it('runs as the user it named, in the workspace it is used to', async () => {
    assert.equal(await inside('id', '-un'), 'vscode');
    assert.equal(await inside('pwd'), '/workspaces/ledger');
  });

  it('has its environment, character for character', async () => {
    assert.equal(
      await inside('printenv', 'TZ', 'GREETING', 'SRC'),
      'Europe/Berlin\nit\'s $HOME and "quotes"\n/workspaces/ledger/src',
    );
  });

  it('has run its commands, each as it was meant', () => {
    assert.equal(readFileSync(join(folder, 'made-by'), 'utf8'), 'vscode\n');
    assert.equal(readFileSync(join(folder, 'words'), 'utf8'), 'a b|$HOME|');
  });

  it('has its limits and its capability on the engine', async () => {
    const { container } = await bed.up(folder);
    const format = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.CapAdd}}';
    assert.match(
      await bed.docker('inspect', '--format', format, container.id),
      /^1000000000 268435456 200 .*SYS_PTRACE/,
    );
  });

  it('gives the same container after it was exported and imported again', async () => {
    assert.equal((await bed.run(['export', folder, '--force'])).code, 0);
    assert.equal((await bed.run(['import', folder, '--force'])).code, 0);
    assert.equal((await bed.up(folder)).reused, true);
  });
});
