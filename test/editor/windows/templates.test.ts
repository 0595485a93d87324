import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { BerthImage } from '../../../src/core/projects/images';
import type { TestApi } from '../../../src/extension';
import type { TemplateNode } from '../../../src/editor/views/templates';
import { Inputs } from './inputs';
import { answering, berth, docker, folder, outputOnce, removeAll, until, up } from './support';

const head = 'apiVersion: devcontainer/v1\nkind: Template\n';

function text(metadata: string, spec: string): string {
  return `${head}metadata: { ${metadata} }\nspec:\n${spec}`;
}

function path(name: string): string {
  return join(folder(), name);
}

async function write(file: string, content: string): Promise<vscode.Uri> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return vscode.Uri.file(file);
}

async function open(file: string, content: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await write(file, content));
}

/** Types a whole text in place of what is there, without saving. */
async function type({ document }: vscode.TextEditor, content: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), content);
  await vscode.workspace.applyEdit(edit);
}

/** A document's marks once they fit. */
function marksOnce(
  uri: vscode.Uri,
  what: string,
  fits: (marks: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return until(
    what,
    (listener) => vscode.languages.onDidChangeDiagnostics(listener),
    () => {
      const marks = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Berth');
      return fits(marks) && marks;
    },
  );
}

const { Error: error } = vscode.DiagnosticSeverity;

// Another editor may go through the same on the same engine at the same time.
const mark = randomBytes(3).toString('hex');
const [probe, single] = [`images-probe-${mark}`, `images-single-${mark}`];

describe('templates in the editor', () => {
  let api: TestApi;
  let inputs: Inputs;

  before(async () => {
    api = await berth();
  });

  beforeEach(() => {
    inputs = new Inputs();
  });

  afterEach(async () => {
    inputs.restore();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  function node(name: string): TemplateNode | undefined {
    return api.templates.groups.flatMap(({ children }) => children).find(({ template }) => template.name === name);
  }

  describe('what is wrong', () => {
    afterEach(() => rm(path('mid.berth.yaml'), { force: true }));

    it('is marked as one types, at its name, and the fix puts the right name there', async () => {
      const editor = await open(path('probe.berth.yaml'), text('name: probe, extends: base', '  run: [make]\n'));
      const { document } = editor;
      await type(editor, text('name: probe, extends: base', '  rnu: [make]\n  workspace: { mode: bnd }\n'));
      const marks = await marksOnce(document.uri, 'two marks', ({ length }) => length === 2);
      assert.equal(document.isDirty, true);
      assert.deepEqual(
        marks.map(({ range, severity }) => [document.getText(range), severity]),
        [
          ['rnu', error],
          ['bnd', error],
        ],
      );
      for (const mark of marks) {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          document.uri,
          mark.range,
          vscode.CodeActionKind.QuickFix.value,
        );
        const fix = actions.find(({ title }) => title.startsWith('Change to'));
        assert.equal(fix?.isPreferred, true);
        assert.ok(fix.edit !== undefined);
        await vscode.workspace.applyEdit(fix.edit);
      }
      assert.equal(
        document.getText(),
        text('name: probe, extends: base', '  run: [make]\n  workspace: { mode: bind }\n'),
      );
      await marksOnce(document.uri, 'no mark', ({ length }) => length === 0);
      await rm(path('probe.berth.yaml'));
    });

    it('in a parent is shown where the parent is named, and goes when the parent is mended, unsaved', async () => {
      const parent = await open(path('mid.berth.yaml'), text('name: mid, extends: base', '  rnu: []\n'));
      const child = await open(path('child.berth.yaml'), text('name: child, extends: mid', '  run: []\n'));
      const [mark] = await marksOnce(child.document.uri, 'the parent’s mark', ({ length }) => length === 1);
      assert.equal(child.document.getText(mark?.range), 'mid');
      assert.match(mark?.message ?? '', /^In mid\.berth\.yaml: spec\.rnu/);
      assert.equal(mark?.relatedInformation?.[0]?.location.uri.fsPath, parent.document.uri.fsPath);
      await type(parent, text('name: mid, extends: base', '  run: []\n'));
      await marksOnce(child.document.uri, 'no mark', ({ length }) => length === 0);
      assert.equal(parent.document.isDirty, true);
      await vscode.window.showTextDocument(parent.document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await rm(path('child.berth.yaml'));
    });

    it('is looked for in berth.local.yaml, and not in other YAML files', async () => {
      const other = await open(path('other.yaml'), 'spec: { rnu: [] }\n');
      const local = await open(path('berth.local.yaml'), 'spec:\n  idle: { stop_aftr: 2h }\n');
      const [mark] = await marksOnce(local.document.uri, 'the name', ({ length }) => length === 1);
      assert.equal(local.document.getText(mark?.range), 'stop_aftr');
      assert.deepEqual(vscode.languages.getDiagnostics(other.document.uri), []);
      await rm(path('berth.local.yaml'));
      await rm(path('other.yaml'));
    });

    it('is looked for in the user’s own templates too', async () => {
      const { home } = await api.session.core();
      const file = join(home.userTemplatesDir, 'mine.yaml');
      const editor = await open(file, text('name: other, extends: base', '  run: []\n'));
      const [mark] = await marksOnce(editor.document.uri, 'the name', ({ length }) => length === 1);
      assert.equal(editor.document.getText(mark?.range), 'other');
      await rm(file);
    });
  });

  describe('the view', () => {
    it('groups templates by origin, and marks those with mistakes', async () => {
      const { home } = await api.session.core();
      await write(path('team.berth.yaml'), text('name: team, description: Ours, extends: base', '  rnu: []\n'));
      await write(join(home.userTemplatesDir, 'mine.yaml'), text('name: mine, extends: base', '  run: []\n'));
      await api.templates.read();
      const shown = api.templates.groups.map((group) => {
        const { label, contextValue, id } = api.templates.getTreeItem(group);
        return { label, contextValue, id, names: group.children.map(({ template }) => template.name) };
      });
      assert.deepEqual(
        shown.map(({ label }) => label),
        ['This workspace', 'Yours', 'Built-in'],
      );
      assert.deepEqual(
        shown.map(({ id }) => id),
        ['group:workspace', 'group:user', 'group:built-in'],
      );
      assert.ok(
        shown[0]?.names.includes('team') && shown[1]?.names.includes('mine') && shown[2]?.names.includes('base'),
      );
      const broken = api.templates.groups[0]?.children.find(({ template }) => template.name === 'team');
      assert.ok(broken !== undefined);
      const item = api.templates.getTreeItem(broken);
      assert.equal(item.contextValue, 'template workspace broken');
      assert.match(String(item.description), /spec\.rnu/);
      const { tooltip } = api.templates.resolveTreeItem(item, broken);
      assert.match((tooltip as vscode.MarkdownString).value, /- line \d+: spec/);
      assert.equal(api.templates.getTreeItem(api.templates.groups[0] as never).description, '1 with mistakes');
      await rm(path('team.berth.yaml'));
      await rm(join(home.userTemplatesDir, 'mine.yaml'));
    });

    it('deletes one’s own templates once that was confirmed, and no built-in one', async () => {
      const file = path('gone.berth.yaml');
      await write(file, text('name: gone, extends: base', '  run: []\n'));
      await api.templates.read();
      const left = await answering('showWarningMessage', undefined, () =>
        vscode.commands.executeCommand('berth.deleteTemplate', node('gone')),
      );
      assert.match(left.said[0]?.detail ?? '', /gone\.berth\.yaml/);
      assert.deepEqual(left.said[0]?.buttons, ['Open Template', 'Move to Trash']);
      assert.ok(existsSync(file), 'leaving the question deletes nothing');
      const refused = await answering('showErrorMessage', undefined, () =>
        vscode.commands.executeCommand('berth.deleteTemplate', node('base')),
      );
      assert.match(refused.said[0]?.message ?? '', /comes with Berth/);
      // This machine's editor server has no trash, so it has to ask once more.
      const answers = ['Move to Trash', 'Delete Permanently'];
      const window = vscode.window as unknown as { showWarningMessage: unknown };
      const real = window.showWarningMessage;
      window.showWarningMessage = () => Promise.resolve(answers.shift());
      try {
        await vscode.commands.executeCommand('berth.deleteTemplate', node('gone'));
      } finally {
        window.showWarningMessage = real;
      }
      assert.ok(!existsSync(file));
      assert.equal(node('gone'), undefined);
    });
  });

  describe('a new one', () => {
    it('is asked for step by step, with a way back, and opens with the cursor where one goes on', async () => {
      const file = path('service.berth.yaml');
      await write(path('taken.berth.yaml'), text('name: taken, extends: base', '  run: []\n'));
      const made = vscode.commands.executeCommand<vscode.TextEditor>('berth.newTemplate');
      const where = await inputs.pick(/Where/);
      assert.deepEqual([where.step, where.totalSteps, where.buttons.length], [1, 4, 0]);
      await inputs.choose(/Where/, /Named, in this folder/);
      const parents = await inputs.pick(/extend/);
      assert.deepEqual([parents.step, parents.buttons[0]], [2, vscode.QuickInputButtons.Back]);
      assert.equal(parents.items[0]?.label, 'python');
      assert.match(parents.items[0].description ?? '', /^proposed: found /);
      assert.equal(parents.activeItems[0], parents.items[0]);
      await inputs.back();
      await inputs.choose(/Where/, /Named, in this folder/);
      await inputs.choose(/extend/, /^base$/);
      const name = await inputs.box(/name/);
      assert.equal(name.value, 'my-base');
      for (const [wrong, why] of [
        ['No Good', /lower-case/],
        ['taken', /already/],
      ] as const) {
        await inputs.fill(/name/, wrong);
        const { validationMessage } = await inputs.box(/name/);
        assert.ok(typeof validationMessage === 'object');
        assert.match(validationMessage.message, why);
      }
      await inputs.fill(/name/, 'service');
      const packages = await inputs.box(/apt/);
      assert.deepEqual([packages.step, packages.totalSteps], [4, 4]);
      await inputs.fill(/apt/, 'git; rm');
      const { validationMessage } = await inputs.box(/apt/);
      assert.ok(typeof validationMessage === 'object', 'what is no package is refused');
      await inputs.fill(/apt/, 'libpq-dev, curl');
      await made;
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.fsPath, file);
      assert.equal(
        await readFile(file, 'utf8'),
        `${head}metadata:\n  name: service\n  extends: base\nspec:\n  packages:\n    apt:\n      - libpq-dev\n      - curl\n`,
      );
      assert.deepEqual([editor.selection.active.line, editor.selection.active.character], [9, 12]);
      await marksOnce(editor.document.uri, 'no mark', ({ length }) => length === 0);
      assert.ok(api.templates.groups[0]?.children.some(({ template }) => template.name === 'service'));
      await rm(file);
      await rm(path('taken.berth.yaml'));
    });

    it('can be the user’s own, from a built-in one', async () => {
      const { home } = await api.session.core();
      await api.templates.read();
      const python = api.templates.groups
        .flatMap(({ children }) => children)
        .find(({ template }) => template.name === 'python' && template.origin === 'built-in');
      const made = vscode.commands.executeCommand('berth.newTemplateFrom', python);
      await inputs.choose(/Where/, /Yours/);
      assert.equal((await inputs.box(/name/)).value, 'my-python');
      await inputs.accept();
      await inputs.fill(/apt/, '');
      await made;
      const file = join(home.userTemplatesDir, 'my-python.yaml');
      assert.match(await readFile(file, 'utf8'), /name: my-python\n {2}extends: python\n/);
      await rm(file);
    });

    it('makes nothing when the user leaves, and opens the folder’s own where that is there already', async () => {
      const before = await readFile(path('berth.yaml'), 'utf8');
      const left = vscode.commands.executeCommand('berth.newTemplate');
      await inputs.choose(/Where/, /Named/);
      await inputs.pick(/extend/);
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      assert.equal(await left, undefined);
      const opened = vscode.commands.executeCommand('berth.newTemplate');
      const own = await inputs.choose(/Where/, /own/);
      assert.match(own.detail ?? '', /there already/);
      await opened;
      assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path('berth.yaml'));
      assert.equal(await readFile(path('berth.yaml'), 'utf8'), before);
    });
  });

  describe('their images', () => {
    const made = new Set<string>();

    after(async () => {
      await removeAll(api);
      for (const tag of made) await docker('rmi', '--force', tag).catch(() => undefined);
    });

    async function build(name: string, step: string): Promise<BerthImage> {
      await write(path(`${name}.berth.yaml`), text(`name: ${name}, extends: base`, `  run: ["${step}"]\n`));
      await api.templates.read();
      await vscode.commands.executeCommand('berth.buildImage', node(name));
      return shown(name);
    }

    async function shown(template: string): Promise<BerthImage> {
      await api.images.read();
      const found = api.images.nodes.find(({ image }) => image.template === template);
      assert.ok(found !== undefined, `an image of ${template} is listed`);
      for (const tag of found.image.tags) made.add(tag);
      return found.image;
    }

    it('are built with a notification that cancels', async () => {
      await write(path('slow.berth.yaml'), text('name: slow, extends: base', '  run: ["sleep 600"]\n'));
      await api.templates.read();
      const { withProgress } = vscode.window;
      const cancel = new vscode.CancellationTokenSource();
      const told = new vscode.EventEmitter<void>();
      const steps: string[] = [];
      vscode.window.withProgress = (options, task) =>
        withProgress(options, (progress) => {
          const report: typeof progress.report = (value) => {
            steps.push(`${options.title ?? ''}: ${(value as { message?: string }).message ?? ''}`);
            told.fire();
            progress.report(value);
          };
          return task({ report }, cancel.token);
        });
      try {
        const building = vscode.commands.executeCommand('berth.buildImage', node('slow'));
        await until('the last step', told.event, () =>
          steps.some((step) => step.startsWith('Berth: build slow: run 1 ')),
        );
        cancel.cancel();
        await building;
      } finally {
        cancel.cancel();
        vscode.window.withProgress = withProgress;
      }
      api.output.of('slow').show(true);
      await outputOnce('Berth: slow', /✖ cancelled · /);
      await rm(path('slow.berth.yaml'));
    });

    it('are listed with what uses them, and pruned after a preview that says what it frees', async () => {
      await up(api);
      const used = api.session.rowsHere[0]?.image ?? '';
      await api.images.read();
      const row = api.images.nodes.find(({ image }) => image.tags.includes(used));
      assert.ok(row !== undefined);
      assert.match(String(api.images.getTreeItem(row).description), /MiB.*used by /);
      const former = await build(probe, 'echo one > /probe');
      assert.deepEqual([former.outdated, former.usedBy.length], [null, 0]);
      await write(path(`${probe}.berth.yaml`), text(`name: ${probe}, extends: base`, '  run: ["echo two"]\n'));
      assert.equal((await shown(probe)).outdated, 'its template changed');
      assert.match(api.images.getTreeItem({ image: await shown(probe) }).contextValue ?? '', /^image unused outdated$/);
      const pruning = vscode.commands.executeCommand('berth.pruneImages');
      const list = await inputs.pick(/no container uses/);
      const mine = list.items.find(({ label }) => label.startsWith(`${probe}:`));
      assert.ok(mine !== undefined && list.selectedItems.includes(mine), 'outdated ones are chosen');
      assert.ok(!list.items.some(({ label }) => used.endsWith(label) && label !== ''), 'one in use is not offered');
      // The engine may be shared: nothing but this suite's own image is taken.
      list.selectedItems = [mine];
      await inputs.accept();
      await pruning;
      assert.equal(await docker('images', '--quiet', former.tags[0] ?? ''), '');
      assert.notEqual(await docker('images', '--quiet', used), '');
      await rm(path(`${probe}.berth.yaml`));
    });

    it('are removed one by one, but not while a container uses them', async () => {
      await up(api);
      const used = api.session.rowsHere[0]?.image ?? '';
      await api.images.read();
      const inUse = api.images.nodes.find(({ image }) => image.tags.includes(used));
      const refused = await answering('showErrorMessage', undefined, () =>
        vscode.commands.executeCommand('berth.removeImage', inUse),
      );
      assert.match(refused.said[0]?.message ?? '', /stays: .* uses it/);
      const image = await build(single, 'echo single > /probe');
      const { said } = await answering('showWarningMessage', 'Remove Image', () =>
        vscode.commands.executeCommand('berth.removeImage', { image }),
      );
      assert.match(said[0]?.detail ?? '', /frees up to .*still asks for it/);
      assert.equal(await docker('images', '--quiet', image.tags[0] ?? ''), '');
      await rm(path(`${single}.berth.yaml`));
    });
  });
});
