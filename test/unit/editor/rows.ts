import { usualThresholds } from '../../../src/core/health/thresholds';
import type { ProjectRow } from '../../../src/core/model';
import type { Snapshot } from '../../../src/core/snapshots/types';

/** A healthy running project, with what a test says otherwise. */
export function row(changes: Partial<ProjectRow> = {}): ProjectRow {
  return {
    id: '0123456789ab',
    name: 'hello-python',
    folder: '/home/dev/hello-python',
    template: 'python',
    engine: 'e1',
    state: 'running',
    health: 'healthy',
    detail: '',
    reasons: [],
    stale: [],
    thresholds: usualThresholds,
    use: null,
    generation: 1,
    created: '2026-11-21T09:00:00Z',
    changed: null,
    image: 'berth/python:0123456789ab',
    container: 'c0ffee',
    containerName: 'berth-hello-python-012345',
    alias: 'berth-hello-python-012345',
    user: 'dev',
    workspacePath: '/workspace',
    ports: [],
    services: [],
    setup: [],
    secrets: [],
    git: { identity: 'none', credentials: 'none' },
    former: null,
    halfDone: false,
    exitCode: null,
    ...changes,
  };
}

/** A snapshot of such a project's container, with what a test says otherwise. */
export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    name: 'first',
    note: null,
    project: { id: '0123456789ab', name: 'api', folder: '/src/api' },
    template: 'python',
    generation: 1,
    image: 'sha256:1',
    tag: 'berth-snapshot/api-012345:first',
    created: '2026-11-21T09:00:00Z',
    sizeBytes: 100,
    ownBytes: 10,
    usedBy: [],
    volumes: [],
    ...changes,
  };
}

/** Three hours after the row's container was made. */
export const now = Date.parse('2026-11-21T12:00:00Z');
