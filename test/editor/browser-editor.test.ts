import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createCore } from '../../src/core/create';
import { silentLogger } from '../../src/core/log';
import type { Core } from '../../src/core/types';
import type { ProjectRow } from '../../src/core/model';
import { launchBrowser } from '../harness/browser';
import { ensureCodeServer } from '../harness/code-server';
import { testEngine } from '../harness/mocha-engine';
import { REPOSITORY } from '../harness/paths';

describe('an editor in the browser', function () {
  this.timeout(120_000);
  let scratch: string;
  let core: Core;
  let row: ProjectRow;

  before(async function () {
    this.timeout(600_000);
    const { folder: code, editor, node } = await ensureCodeServer();
    scratch = await realpath(await mkdtemp(join(tmpdir(), 'berth-browser-')));
    const folder = join(scratch, 'site');
    await mkdir(join(folder, 'bin'), { recursive: true });
    const start = '#!/bin/sh\nexec /opt/node/bin/node /opt/code-server/out/node/entry.js "$@"\n';
    await writeFile(join(folder, 'bin/code-server'), start);
    await chmod(join(folder, 'bin/code-server'), 0o755);
    // In place of the release that the template would fetch: the same one, mounted.
    const mounts = [
      [code, '/opt/code-server'],
      [editor, '/opt/code-server/lib/vscode'],
      [node, '/opt/node'],
    ] as const;
    const template = [
      'apiVersion: devcontainer/v1\nkind: Template\nmetadata: { name: site, extends: code-server }\nspec:',
      '  environment: { PATH: "/workspace/bin:/usr/local/bin:/usr/bin:/bin" }',
      '  volumes:',
      ...mounts.map(([host, container]) => `    - ${JSON.stringify({ host, container, mode: 'ro' })}`),
      `  security: { allow_host_paths: ${JSON.stringify(mounts.map(([host]) => host))} }`,
    ];
    await writeFile(join(folder, 'berth.yaml'), `${template.join('\n')}\n`);
    for (const path of [folder, join(folder, 'bin')]) await chown(path, 1000, 1000);
    const env = { ...process.env, BERTH_HOME: join(scratch, 'home'), DOCKER_HOST: testEngine() };
    core = createCore({ log: silentLogger, actor: 'user', env, installation: REPOSITORY });
    ({ row } = await core.projects.up(folder, {}, () => undefined));
  });

  after(async () => {
    await core.projects.remove(row, { purge: true });
    core.dispose();
    await rm(scratch, { recursive: true, force: true });
  });

  it('opens on the forwarded port with the project’s own password, and with no other', async () => {
    let [service] = await core.services.list(row);
    while (service?.state === 'starting' || service?.state === 'waiting') [service] = await core.services.list(row);
    assert.deepEqual([service?.state, service?.port], ['running', 8180]);
    const asked = await (await core.projects.line(row)).run({ argv: ['printenv', 'CODE_SERVER_PASSWORD'] });
    const password = (await text(asked.stdout)).trim();
    assert.match(password, /^[\w-]{24}$/);
    const fresh = await core.projects.find(row.folder, '/');
    assert.equal(await core.services.password(fresh, 'code-server'), password);
    assert.equal(await core.services.password(fresh, 'other'), null);
    const session = core.ports.join(row, 'project');
    const [port] = await session.ready();
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const login = async (word: string): Promise<void> => {
        await page.locator('input[name=password]').fill(word);
        await page.locator('input[type=submit]').click();
      };
      await page.goto(`http://127.0.0.1:${port?.host ?? 0}/`);
      await login(`${password}x`);
      await page.getByText('Incorrect password').waitFor();
      await login(password);
      await page
        .locator('.monaco-workbench .explorer-folders-view')
        .getByText('berth.yaml')
        .waitFor({ timeout: 60_000 });
      const shots = process.env['BERTH_TEST_SHOTS'];
      if (shots !== undefined) await page.screenshot({ path: join(shots, 'browser-editor.png') });
    } finally {
      await browser.close();
      session.dispose();
    }
  });
});
