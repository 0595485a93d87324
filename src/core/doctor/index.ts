import { judge } from './findings';
import { gatherFacts, type DoctorPatient } from './gather';
import type { DoctorReport, EditorFact } from './types';

export { judge } from './findings';
export type { DoctorPatient } from './gather';
export type { DiskSpace, DoctorCheck, DoctorFacts, DoctorReport, EditorFact, Finding, FindingLevel } from './types';

/**
 * Looks at all that Berth needs and says how each thing stands. Failures become findings; only cancelling throws.
 * `editors`: what the asking face knows of editors and their Remote-SSH extensions.
 */
export async function examine(
  patient: DoctorPatient,
  editors: readonly EditorFact[],
  signal?: AbortSignal,
): Promise<DoctorReport> {
  return judge(await gatherFacts(patient, editors, signal));
}
