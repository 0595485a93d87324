import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packProvider } from './story-provider';
import type { StoryStep } from './story-steps';

const alias = (uri: string): string => /^vscode-remote:\/\/ssh-remote\+([^/]+)/.exec(uri)?.[1] ?? '';

/** *Open*: what Berth hands to the editor, and that the system's own ssh and sftp come in by the same words. */
export const openSteps: readonly StoryStep[] = [
  {
    name: 'a provider is installed',
    async run({ hands, scratch }) {
      await hands.page.keyboard.press('Escape');
      const vsix = await packProvider(scratch);
      await hands.command('Extensions: Install from VSIX');
      await hands.option('.berth').waitFor();
      await hands.quickInput().fill(vsix);
      await hands.option('provider.vsix').waitFor();
      await hands.page.locator('.quick-input-widget').getByRole('button', { name: 'Install', exact: true }).click();
      await hands.notification('Completed installing').waitFor();
    },
  },
  {
    name: 'open asks once',
    async run({ hands }) {
      await hands.clearNotifications();
      await hands.openBerth();
      await hands.inline(hands.row('hello-python').first(), 'Open Project in Container');
      await hands.dialog().getByText('Add one line to').waitFor();
      await hands.rowWithIcon('vm-running').first().waitFor();
    },
  },
  {
    name: 'open hands over',
    async run(stage) {
      const { hands, sshConfig } = stage;
      await hands.page
        .context()
        .route(/folder=vscode-remote/, (route) =>
          route.fulfill({ contentType: 'text/html', body: handedOverPage(new URL(route.request().url())) }),
        );
      const opening = hands.page.waitForEvent('popup');
      await hands.dialog().getByRole('button', { name: 'Add the Line' }).click();
      const window = await opening;
      await window.waitForLoadState();
      stage.front = window;
      stage.handedOver = new URL(window.url()).searchParams.get('folder') ?? '';
      assert.match(stage.handedOver, /^vscode-remote:\/\/ssh-remote\+berth-hello-python-[0-9a-f]{6}\/workspace$/);
      assert.match(await readFile(sshConfig, 'utf8'), /^Include /);
      return stage.handedOver;
    },
  },
  {
    name: 'ssh from the system',
    async run(stage) {
      const { hands, handedOver } = stage;
      await stage.front.close();
      stage.front = hands.page;
      await hands.command('Terminal: Create New Terminal');
      await hands.terminal(/[#$]\s*$/).waitFor();
      await hands.page.keyboard.type(`ssh -F ../ssh_config ${alias(handedOver)} python /workspace/hello.py\n`);
      await hands.terminal(/Hello\sfrom\sthe\scontainer/).waitFor();
      return `ssh ${alias(handedOver)} python /workspace/hello.py`;
    },
  },
  {
    name: 'sftp copies a file',
    async run({ hands, handedOver, options, scratch }) {
      await hands.page.keyboard.type(`sftp -F ../ssh_config ${alias(handedOver)}:/workspace/hello.py ../copied.py\n`);
      await hands.terminal(/Fetching.*100%.*[#$]\s*$/).waitFor();
      assert.deepEqual(await readFile(join(scratch, 'copied.py')), await readFile(join(options.folder, 'hello.py')));
      return `sftp ${alias(handedOver)}:/workspace/hello.py`;
    },
  },
];

/** In the place of the window that a desktop editor would open: it shows what it was asked for. */
function handedOverPage(asked: URL): string {
  const uri = asked.searchParams.get('folder') ?? '';
  return `<body style="font: 16px sans-serif; margin: 4em; background: #1f1f1f; color: #ccc">
    <p>The editor was asked for a new window on</p><p><code>${uri.replaceAll('<', '&lt;')}</code></p></body>`;
}
