import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../../src/core/types';
import { noProgress } from '../../src/core/log';
import { sample } from './samples';
import type { Comparison } from './suite';

const template = `apiVersion: devcontainer/v1
kind: Template
metadata: { name: bench-secrets, extends: base }
spec:
  secrets:
    A: { from: "env:PATH" }
    B: { from: "command:echo b" }
    C: { from: "file:berth.yaml", as: file, path: "~/.c" }
`;

/** From the moment at which a container runs until its three secrets are in it and its services may begin. */
export async function secretsAtStart(core: Core, dir: string, rounds: number): Promise<Comparison> {
  const folder = join(dir, 'secrets');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'berth.yaml'), template);
  await chown(folder, 1000, 1000);
  const { row } = await core.projects.up(folder, {}, noProgress);
  const engine = await core.engine.get();
  const ours = await sample(
    'secrets at a start',
    rounds * 3,
    () => core.projects.runner(row),
    () => engine.restartContainer(row.container ?? '', 10),
  );
  await core.projects.remove(row, { purge: true });
  const second = { what: 'a second', ms: [1000] };
  return { what: 'from a start until three secrets are in', ours, others: [{ samples: second, atMost: 1 }] };
}
