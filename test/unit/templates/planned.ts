import assert from 'node:assert/strict';
import { planImage } from '../../../src/core/templates/image/plan';
import { parseLayer } from '../../../src/core/templates/load';
import { resolvedSpec } from '../../../src/core/templates/schema';
import { toValue } from '../../../src/core/templates/tree';
import type { ImagePlan, ImageTarget } from '../../../src/core/templates/types';

export const target: ImageTarget = { uid: 1000, gid: 1000, buildkit: true };

/** The plan of a spec, by way of the YAML text that a person would write. */
export function plan(spec: object, where: Partial<ImageTarget> = {}): ImagePlan {
  const document = { apiVersion: 'devcontainer/v1', kind: 'Template', metadata: { name: 'probe' }, spec };
  const { tree, problems } = parseLayer(JSON.stringify(document), 'probe.yaml');
  assert.deepEqual(problems, []);
  assert.ok(tree !== null);
  const value = toValue(tree) as { spec: unknown };
  const files: string[] = [];
  const head = { name: 'probe', description: '', files, written: new Set<string>(), origins: new Map() };
  return planImage({ ...head, spec: resolvedSpec.parse(value.spec) }, { ...target, ...where });
}

/** A spec with something in every field that a build depends on. */
export const rich = {
  base_image: 'python:3.12-slim-bookworm',
  build_args: { B: '2', A: '1', C: '$x "y" \\' },
  packages: {
    apt: ['git', 'curl=7.88.1-10+deb12u8'],
    pip: ['pandas>=2.2,<3'],
    npm: ['@types/node@22'],
    cargo: ['just@1.36', 'ripgrep'],
    go: ['golang.org/x/tools/gopls', 'example.org/tool@v1.2.3'],
  },
  run: ['echo one', 'echo two'],
  user: { name: 'pat', sudo: true },
  environment: { Z: '1', A: '2' },
  resources: { cpus: 2, memory: '1g' },
  security: { no_new_privileges: false },
};

/** The same value with the keys of every map in another order. */
export function shuffled(value: unknown, order: (keys: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Record<string, unknown>;
  return Object.fromEntries(order(Object.keys(map)).map((key) => [key, shuffled(map[key], order)]));
}
