/** What a template that says nothing of health comes to; the schema and whoever reads another version's spec go by it. */
export const usualHealth = {
  retries: 3,
  maxAgeHours: 72,
  maxDiskPercent: 80,
  maxMemoryPercent: 90,
  onStale: 'refresh',
  /** How long a replaced container is kept. */
  keepHours: 24,
} as const;
