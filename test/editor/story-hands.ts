import type { FrameLocator, Locator, Page } from 'playwright-core';

/** What a person does in the editor's window. Every wait is for something to be seen. */
export class Hands {
  constructor(readonly page: Page) {}

  /** Brings the Berth view to the front; a click on its icon would hide one that is there already. */
  async openBerth(): Promise<void> {
    const view = this.page.locator('.pane-header', { hasText: 'Containers' });
    if (!(await view.isVisible())) await this.page.locator('.activitybar a[aria-label^="Berth"]').first().click();
    await view.waitFor();
  }

  /** Opens a file of the folder from the Explorer, which a fresh window shows. */
  async openFile(name: string): Promise<void> {
    await this.page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true }).dblclick();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** The button of the view while this window's folder has no container. */
  welcome(): Locator {
    return this.page.locator('.welcome-view').getByRole('button', { name: 'Open Project in Container' });
  }

  /** The header of the Activity view, which a click opens and closes. */
  activity(): Locator {
    return this.page.locator('.pane-header', { hasText: 'Activity' });
  }

  /** What the editor shows as a page to be read, in its frame inside a frame. */
  shownPage(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  }

  clearNotifications(): Promise<void> {
    return this.command('Notifications: Clear All Notifications');
  }

  /** Runs the example's task, and waits for what it finds. */
  async lintTask(): Promise<void> {
    await this.command('Tasks: Run Task');
    await this.quickInput().fill('lint in the container');
    await this.option('lint in the container').first().click();
    await this.page
      .locator('.statusbar-item', { has: this.page.locator('[aria-label^="Warnings: "]') })
      .first()
      .waitFor();
    await this.command('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel', { hasText: 'has no docstring' }).waitFor();
  }

  /** Runs a command by its whole name in the palette; the dots at its end may be left out, and a category that some versions lack. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.quickInput();
    await input.waitFor();
    await input.fill(`>${title}`);
    const whole = new RegExp(`^(?:Terminal: )?${title.replace(/[()]/g, '\\$&')}(…|\\.\\.\\.)?$`);
    const label = this.page.locator('.label-name', { hasText: whole });
    await this.page.locator('.quick-input-list .monaco-list-row', { has: label }).first().click();
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget input[type="text"], .quick-input-widget input.input').first();
  }

  option(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  }

  row(text: string | RegExp): Locator {
    return this.page.locator('.part.sidebar .monaco-list-row', { hasText: text });
  }

  /** A project's row with an icon of this name. */
  rowWithIcon(icon: string): Locator {
    return this.page.locator(`.part.sidebar .monaco-list-row:has(.codicon-${icon})`);
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item[id*="berth.project"]', { hasText: text });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The output panel's text; the editor writes plain spaces as no-break ones. */
  output(text: RegExp): Locator {
    return this.page.locator('.part.panel .monaco-editor .view-lines', { hasText: text });
  }

  terminal(text: string | RegExp): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-rows', { hasText: text });
  }

  /** Points at a row until its hover is there: a row that is drawn anew just then shows none until the pointer moves again. */
  async tooltip(row: Locator, text: string): Promise<void> {
    const shown = this.page.locator('.monaco-hover', { hasText: text }).first();
    for (let tries = 0; tries < 20; tries += 1) {
      await this.page.mouse.move(0, 0);
      await row.hover();
      const came = await shown.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
      if (came) return;
    }
    await shown.waitFor();
  }

  /** An action that a row shows under the pointer. */
  async inline(row: Locator, action: string): Promise<void> {
    await row.hover();
    await row.locator(`.actions a[aria-label="${action}"]`).click();
  }
}
