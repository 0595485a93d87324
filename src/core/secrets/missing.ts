import { BerthError } from '../errors';
import type { SecretRow } from '../model';

/** What to do where a container's start has to do without a secret that it requires. */
const atStart =
  'The container runs, but its services wait. See to it that the source answers, then run `berth up` again.';

/** @throws BerthError `secret_missing` that names every required secret that is not there */
export function refuseMissing(rows: readonly SecretRow[], hint = atStart): void {
  const missing = rows.filter(({ state, required }) => state === 'missing' && required);
  if (missing.length === 0) return;
  throw new BerthError('secret_missing', `${missing.map(missingText).join('. ')}.`, {
    hint,
    errors: missing.map(({ name, detail, from }) => ({
      message: `${name} from ${from}: ${detail ?? 'it is not there'}`,
      path: `spec.secrets.${name}`,
    })),
  });
}

/** Without where the user keeps it, which an agent need not know. Pure. */
export function asToldToAgents(row: SecretRow): SecretRow {
  return row.state === 'missing' ? { ...row, from: 'granted by the user', detail: 'its source has none now' } : row;
}

/** In a sentence without its full stop. Pure. */
export function missingText({ name, from, detail }: SecretRow): string {
  return `The secret ${name} is missing (${from}): ${detail ?? 'it is not there'}`;
}
