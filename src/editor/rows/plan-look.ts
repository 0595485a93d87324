import type { PlanDifference, ProjectPlan } from '../../core/projects/types';
import type { CommandId } from '../commands/ids';

/** One line of a plan's list: a heading, what can be done, or a difference. */
export type PlanLine =
  | { readonly kind: 'heading'; readonly label: string }
  | {
      readonly kind: 'action';
      readonly label: string;
      readonly detail: string;
      /** A codicon's name. */
      readonly icon: string;
      readonly command: CommandId;
    }
  | {
      readonly kind: 'difference';
      readonly label: string;
      readonly description: string;
      readonly detail: string;
      readonly difference: PlanDifference;
    };

type PlanClass = ProjectPlan['class'];

const headings: Readonly<Record<PlanDifference['class'], string>> = {
  rebuild: 'Needs another image',
  recreate: 'Needs another container of the same image',
  restart: 'Needs a restart',
  live: 'Can be changed without a restart',
  nothing: 'Needs nothing',
};

const verdicts: Readonly<Record<PlanClass, string>> = {
  rebuild: 'needs another image and container',
  recreate: 'needs another container',
  restart: 'needs a restart',
  live: 'can be changed without a restart',
  nothing: 'needs nothing',
  create: 'has no container yet',
};

/** Pure: a plan in a few words, to stand above its list. */
export function planTitle({ project, class: kind }: ProjectPlan): string {
  return `${project.name} ${verdicts[kind]}`;
}

/** Pure: what can be done about a plan, then every difference under the heading of what it needs. */
export function planLines(plan: ProjectPlan): readonly PlanLine[] {
  const kinds = [...new Set(plan.differences.map((each) => each.class))];
  return [
    ...actions(plan),
    ...kinds.flatMap((kind): PlanLine[] => [
      { kind: 'heading', label: headings[kind] },
      ...plan.differences.filter((each) => each.class === kind).map(line),
    ]),
  ];
}

function line(difference: PlanDifference): PlanLine {
  const { path, before, after, why } = difference;
  return {
    kind: 'difference',
    label: path,
    description: `${before ?? '–'} → ${after ?? '–'}`,
    detail: why,
    difference,
  };
}

function actions({ class: kind, differences }: ProjectPlan): PlanLine[] {
  const live = differences.filter((each) => each.class === 'live').map(({ path }) => path);
  const found: PlanLine[] = [];
  const add = (label: string, icon: string, command: CommandId, detail: string): void => {
    found.push({ kind: 'action', label, icon, command, detail });
  };
  if (live.length > 0) add('Apply Now', 'zap', 'berth.up', `${live.join(', ')}, without a restart`);
  if (kind === 'restart') add('Restart', 'debug-restart', 'berth.restart', 'what runs in the container ends');
  if (kind === 'recreate' || kind === 'rebuild') {
    add('Refresh…', 'sync', 'berth.refresh', 'a fresh container, after saying what is kept and lost');
  }
  if (kind === 'create') add('Up', 'play', 'berth.up', 'builds and starts the container');
  add('Edit Template', 'edit', 'berth.editTemplate', 'a difference opens it where the field is written');
  return found;
}
