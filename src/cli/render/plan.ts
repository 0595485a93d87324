import { isHarmless } from '../../core/loss/types';
import { lossLines } from '../../core/loss/words';
import { shellQuote } from '../../core/quote';
import type { PlanDifference, ProjectPlan } from '../../core/projects/types';
import { columns } from './layout';
import { printable, type Style } from './style';
import { fit } from './width';

type PlanClass = ProjectPlan['class'];

/** What a class means, under its name. */
const meanings: Readonly<Record<PlanClass, string>> = {
  nothing: 'the container stays as it is',
  live: 'can be changed without a restart',
  restart: 'needs a stop and a start',
  recreate: 'needs another container of the same image',
  rebuild: 'needs another image, and a container of it',
  create: 'there is no container yet',
};

/** Cells of a terminal that a change may take, so that its reason stays beside it. `--json` has all of it. */
const widestChange = 50;

/** `berth plan` for a person: the differences by what they need, the strongest first, and what to do about them. */
export function planText(plan: ProjectPlan, style: Style): string {
  const name = style.bold(printable(plan.project.name));
  const proposed = plan.reason === null ? '' : ` (${printable(plan.reason)})`;
  if (plan.class === 'create') {
    const template = `${printable(plan.template)}${proposed}`;
    return [`${name}: create, since it has no container yet. Template: ${template}.`, ...next(plan, style)].join('\n');
  }
  if (plan.differences.length === 0) {
    const restored = plan.loss?.restored ?? null;
    const what = restored === null ? 'is what its template says' : `is on the snapshot ${printable(restored)}`;
    return [`${name}: nothing. The container ${what}.`, ...lost(plan, style)].join('\n');
  }
  return [
    `${name}: ${paint(plan.class, style)(plan.class)}`,
    ...grouped(plan.differences).flatMap(([kind, differences]) => [
      '',
      `${paint(kind, style)(kind)}  ${style.dim(meanings[kind])}`,
      ...columns(differences.map(cells), (text, column) => (column === 2 ? style.dim(text) : text)),
    ]),
    ...lost(plan, style),
    ...next(plan, style),
  ].join('\n');
}

/** What is in the container alone: it goes when another takes its place. */
function lost({ loss }: ProjectPlan, style: Style): string[] {
  if (loss === null || isHarmless(loss)) return [];
  return [
    '',
    `${style.yellow('lost')}  ${style.dim('by a refresh, a rebuild or a removal')}`,
    ...lossLines(loss).map((line) => `  ${printable(line)}`),
  ];
}

function cells({ path, before, after, why }: PlanDifference): string[] {
  const [had, has] = [before, after].map((text) => (text === null ? '–' : printable(text)));
  const change = `${had ?? ''} → ${has ?? ''}`;
  const short = fit(change, widestChange);
  return [`  ${printable(path)}`, short === change ? change : `${short}…`, printable(why)];
}

/** The classes that occur, in the order of the differences: the strongest first. */
function grouped(differences: readonly PlanDifference[]): [PlanDifference['class'], PlanDifference[]][] {
  const kinds = [...new Set(differences.map((each) => each.class))];
  return kinds.map((kind) => [kind, differences.filter((each) => each.class === kind)]);
}

function next({ class: kind, differences, project, loss }: ProjectPlan, style: Style): string[] {
  const folder = shellQuote(printable(project.folder));
  const lossy = loss !== null && !isHarmless(loss);
  const refresh = `berth refresh ${shellQuote(printable(project.name))}${lossy ? ' --now' : ''}`;
  const live = differences.some((each) => each.class === 'live');
  const steps: Readonly<Record<PlanClass, string | null>> = {
    nothing: null,
    live: `berth up ${folder}`,
    restart: `${live ? `berth up ${folder}, then ` : ''}berth restart ${shellQuote(printable(project.name))}`,
    recreate: refresh,
    rebuild: refresh,
    create: `berth up ${folder}`,
  };
  const step = steps[kind];
  return step === null ? [] : ['', `${style.dim('next')}  ${step}`];
}

function paint(kind: PlanClass, style: Style): (text: string) => string {
  if (kind === 'nothing') return style.dim;
  return kind === 'live' || kind === 'create' ? style.green : kind === 'restart' ? style.yellow : style.red;
}
