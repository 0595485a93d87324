import assert from 'node:assert/strict';
import { folderLook } from '../../../src/editor/rows/folder-look';
import { projectLook } from '../../../src/editor/rows/project-look';
import { escapeMarkdown } from '../../../src/editor/rows/tooltip';
import { now, row } from './rows';

const facts = { engineLost: false, busy: undefined, here: true, now };
const stale = {
  health: 'stale',
  stale: [{ code: 'template_changed', message: 'template changed: packages.apt +1', since: null }],
} as const;

describe('a project’s row', () => {
  const table = [
    ['healthy', {}, 'healthy · 3 h · python', 'vm-running', 'testing.iconPassed', 'project running here'],
    [
      'stale',
      stale,
      'stale: template changed: packages.apt +1 · python',
      'warning',
      'list.warningForeground',
      'project running stale here',
    ],
    [
      'stopped',
      { state: 'stopped', health: 'unknown', changed: '2026-11-19T11:00:00Z' },
      'stopped 2 d · python',
      'vm-outline',
      'disabledForeground',
      'project stopped here',
    ],
    [
      'crashed',
      { state: 'crashed', health: 'unhealthy', detail: 'crashed: out of memory' },
      'crashed: out of memory · python',
      'error',
      'list.errorForeground',
      'project crashed here',
    ],
    [
      'unhealthy',
      { health: 'unhealthy', detail: 'the health command fails' },
      'unhealthy: the health command fails · python',
      'error',
      'list.errorForeground',
      'project running here',
    ],
    ['starting', { health: 'unknown' }, 'starting · python', 'loading~spin', undefined, 'project running here'],
    [
      'building',
      { state: 'building', health: 'unknown' },
      'building · python',
      'loading~spin',
      undefined,
      'project busy here',
    ],
  ] as const;
  for (const [name, changes, description, icon, color, context] of table) {
    it(`says ${name} by words, icon, colour and menu tokens`, () => {
      const look = projectLook({ ...facts, row: row(changes) });
      assert.deepEqual([look.description, look.icon, look.color, look.context], [description, icon, color, context]);
      assert.match(look.spoken, /^hello-python, template python, /);
    });
  }

  it('keeps the last state of a lost engine, marked so', () => {
    const look = projectLook({ ...facts, engineLost: true, row: row() });
    assert.equal(look.description, 'engine unreachable · healthy · python');
    assert.equal(look.icon, 'debug-disconnect');
    assert.equal(look.context, 'project running unreachable here');
    assert.match(look.spoken, /engine unreachable, last known state healthy/);
  });

  it('shows what this window does before anything else', () => {
    const look = projectLook({
      ...facts,
      engineLost: true,
      busy: { verb: 'starting', step: 'apt (4/9)' },
      row: row(stale),
    });
    assert.equal(look.description, 'apt (4/9) · python');
    assert.equal(look.icon, 'loading~spin');
    assert.equal(look.context, 'project busy stale here');
  });

  it('lets no name or folder break out of the tooltip’s table', () => {
    const { tooltip } = projectLook({ ...facts, row: row({ name: 'a|b](command:x)', folder: '/tmp/a|b`c\nd' }) });
    assert.ok(tooltip.startsWith('**a\\|b\\]\\(command:x\\)**'));
    const folder = tooltip.split('\n').find((line) => line.startsWith('| Folder'));
    assert.equal(folder, '| Folder | `/tmp/a\\|bˋc d` |');
  });

  it('escapes every character that Markdown reads', () => {
    assert.equal(escapeMarkdown('[a](b) $(x) <i> #1'), '\\[a\\]\\(b\\) \\$\\(x\\) \\<i\\> \\#1');
  });
});

describe('a folder’s row', () => {
  const folder = { name: 'docs', path: '/docs', template: 'node', reason: 'found package.json', trusted: true };

  it('proposes a template and says why', () => {
    const look = folderLook(folder);
    assert.equal(look.description, 'no container yet: proposed node');
    assert.equal(look.context, 'folder trusted');
    assert.match(look.tooltip, /found package\\.json/);
  });

  it('offers no action in an untrusted workspace', () => {
    const look = folderLook({ ...folder, trusted: false });
    assert.equal(look.context, 'folder');
    assert.match(look.tooltip, /not trusted/);
  });
});
