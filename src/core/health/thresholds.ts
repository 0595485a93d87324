import type { HealthThresholds } from '../model';
import { isRecord } from '../projects/spec-diff';
import { usualHealth } from '../templates/usual-health';

/** What a template has that says nothing of it. */
export const usualThresholds: HealthThresholds = {
  maxAge: usualHealth.maxAgeHours * 3_600_000,
  maxDisk: usualHealth.maxDiskPercent,
  maxMemory: usualHealth.maxMemoryPercent,
  retries: usualHealth.retries,
  onStale: usualHealth.onStale,
};

/** The thresholds in a spec as the label `dev.berth.spec` has it; the usual one for each that another version left out. Pure. */
export function thresholdsOf(spec: unknown): HealthThresholds {
  const health = isRecord(spec) && isRecord(spec['health']) ? spec['health'] : {};
  const number = (key: string, usual: number): number => {
    const value = health[key];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : usual;
  };
  const onStale = health['on_stale'];
  return {
    maxAge: number('max_age', usualThresholds.maxAge),
    maxDisk: number('max_disk', usualThresholds.maxDisk),
    maxMemory: number('max_memory', usualThresholds.maxMemory),
    retries: number('retries', usualThresholds.retries),
    onStale: onStale === 'notify' || onStale === 'off' ? onStale : usualThresholds.onStale,
  };
}
