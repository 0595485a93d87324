import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../src/core/version';
import { labels } from '../../src/core/model';
import type { StandInContainer } from './containers';
import type { StandInEngine } from './standin-engine';

const template = (name: string): string =>
  `apiVersion: devcontainer/v1\nkind: Template\nmetadata: { name: ${name}, extends: base }\n`;

/**
 * Gives the stand-in so many projects, each with a folder and a template of its own under `root`, as an owner's are; and
 * writes that owner into a Berth home.
 */
export async function addProjects(
  engine: StandInEngine,
  { root, home, count, from = 0 }: { root: string; home: string; count: number; from?: number },
): Promise<readonly StandInContainer[]> {
  const owner = '0123456789abcdef';
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'owner'), `${owner}\n`);
  const names = Array.from({ length: count }, (_, index) => `project-${String(from + index).padStart(5, '0')}`);
  for (const name of names) {
    await mkdir(join(root, name), { recursive: true });
    await writeFile(join(root, name, 'berth.yaml'), template(name));
  }
  const own = { [labels.template]: 'base', [labels.version]: version };
  return names.map((name) => engine.add({ owner, folder: join(root, name), name, labels: own }));
}
