import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandIds } from '../../../src/editor/commands/ids';
import { actionsFor } from '../../../src/editor/rows/actions';

const root = join(__dirname, '../../..');

interface Manifest {
  readonly icon: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly viewsWelcome: readonly { readonly contents: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly description: string; readonly media: { readonly svg: string } }[];
    }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
  };
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const { commands, menus, viewsWelcome, walkthroughs, viewsContainers } = manifest.contributes;
const ids = new Set<string>(commandIds);

describe('the manifest', () => {
  it('declares the commands that are registered, and no other', () => {
    assert.deepEqual(commands.map(({ command }) => command).sort(), [...commandIds].sort());
    for (const { category } of commands) assert.equal(category, 'Berth');
  });

  it('names only existing commands in menus, welcome texts and the walkthrough', () => {
    const inMenus = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    const texts = [
      ...viewsWelcome.map(({ contents }) => contents),
      ...walkthroughs.flatMap(({ steps }) => steps.map((step) => step.description)),
    ];
    const linked = texts.flatMap((text) => [...text.matchAll(/command:(berth\.\w+)/g)].map((match) => match[1] ?? ''));
    for (const command of [...inMenus, ...linked]) assert.ok(ids.has(command), command);
  });

  it('names pictures that are there', () => {
    const pictures = [
      manifest.icon,
      ...viewsContainers.activitybar.map(({ icon }) => icon),
      ...walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    for (const picture of pictures) assert.ok(existsSync(join(root, picture)), picture);
  });

  it('offers actions in the status bar that are commands', () => {
    for (const condition of ['busy', 'unreachable', 'healthy', 'attention', 'broken', 'stopped', 'absent'] as const) {
      for (const { command } of actionsFor(condition, false)) assert.ok(ids.has(command));
    }
  });
});
