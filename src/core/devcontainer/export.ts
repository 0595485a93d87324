import type { TemplateSpec } from '../templates/schema';
import { pathText, type FieldPath } from '../templates/tree';
import { exportContainer } from './export-container';
import { exportImage } from './export-image';
import { exportSession } from './export-session';
import { exportStorage } from './export-storage';
import { Ledger, type Carried, type Needless, type NotCarried } from './ledger';
import { hasVariables } from './variables';
import { oneLine } from './write';

/** The part of a resolved template that is exported, with what has to be known about files. */
export interface ExportSource {
  readonly name: string;
  readonly description: string;
  readonly spec: TemplateSpec;
  /** Paths of fields that were written down, see `ResolvedTemplate.written`. */
  readonly written: ReadonlySet<string>;
  /** How the template is called in the first comment, such as `berth.yaml`. */
  readonly file: string;
  /** The Dockerfile that Berth would build, where the template has more than an image's name. */
  readonly dockerfile: string | null;
  /**
   * A path as it is written in a field, seen from the project's folder or from the devcontainer.json's; `/` between.
   * Null where it lies on another drive.
   */
  readonly pathFrom: (base: 'project' | 'config', field: string, path: string) => string | null;
}

/** What a template comes to as a devcontainer.json. Each field that was written is in one of the three lists. */
export interface Exported {
  /** JSON with comments. */
  readonly text: string;
  /** What lies beside it as `Dockerfile`; null where none is needed. */
  readonly dockerfile: string | null;
  readonly carried: readonly Carried[];
  readonly needless: readonly Needless[];
  readonly notCarried: readonly NotCarried[];
}

/** What every part of the export works with. */
export interface ExportContext {
  readonly source: ExportSource;
  readonly spec: TemplateSpec;
  readonly ledger: Ledger;
  /** Whether a field was written down in any of the template's files. */
  readonly has: (...path: FieldPath) => boolean;
  /** Sets a property, unless its text would be read as a variable there. */
  readonly give: (from: FieldPath, to: FieldPath, value: unknown, note?: string) => void;
  /** Adds an item to a list, under the same condition. */
  readonly add: (from: FieldPath, to: FieldPath, value: unknown, note?: string) => void;
}

/** Properties in the order in which people write them. */
const order = [
  ...['name', 'image', 'build', 'features', 'remoteUser', 'workspaceFolder', 'workspaceMount', 'containerEnv'],
  ...['remoteEnv', 'mounts', 'forwardPorts', 'appPort', 'postCreateCommand', 'postStartCommand', 'runArgs', 'capAdd'],
  ...['securityOpt', 'customizations'],
];

/** Makes a devcontainer.json of a template. Nothing that was written is dropped silently. Pure. */
export function exportDevcontainer(source: ExportSource): Exported {
  const ledger = new Ledger();
  const context = contextFor(source, ledger);
  ledger.carry(['metadata', 'name'], ['name'], source.name);
  if (source.description !== '') ledger.needless(['metadata', 'description'], 'It stands in the first comment.');
  const dockerfile = exportImage(context);
  exportStorage(context);
  exportSession(context);
  exportContainer(context);
  tellRest(context, source.spec, ['spec']);
  const report = ledger.report();
  return { text: json(source, ledger.assemble().document, report.notCarried), dockerfile, ...report };
}

function contextFor(source: ExportSource, ledger: Ledger): ExportContext {
  const clear = (from: FieldPath, value: unknown): boolean => {
    if (!holdsVariable(value)) return true;
    ledger.lose(from, 'Its text would be read as a variable there, and there is no way to write it otherwise.');
    return false;
  };
  return {
    source,
    spec: source.spec,
    ledger,
    has: (...path) => source.written.has(pathText(['spec', ...path])),
    give: (from, to, value, note) => {
      if (clear(from, value)) ledger.carry(from, to, value, note);
    },
    add: (from, to, value, note) => {
      if (clear(from, value)) ledger.append(from, to, value, note);
    },
  };
}

function holdsVariable(value: unknown): boolean {
  if (typeof value === 'string') return hasVariables(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsVariable);
}

/** Fields that were written and that no part of the export has said a word about. */
function tellRest({ source, ledger }: ExportContext, value: unknown, path: FieldPath): void {
  const text = pathText(path);
  if (text !== 'spec' && (!source.written.has(text) || ledger.covers(path))) return;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const inner = entries.map(([key, item]) => [Array.isArray(value) ? Number(key) : key, item] as const);
  const below = inner.filter(([key]) => source.written.has(pathText([...path, key])));
  if (below.length > 0)
    for (const [key, item] of below) tellRest({ source, ledger } as ExportContext, item, [...path, key]);
  else if (entries.length === 0 && typeof value === 'object') ledger.needless(path, 'It is empty.');
  else if (text !== 'spec') ledger.lose(path, 'A devcontainer.json has nothing like it.');
}

function json(source: ExportSource, document: Readonly<Record<string, unknown>>, lost: readonly NotCarried[]): string {
  const properties = Object.entries(document).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  const comments = [
    `Exported from ${oneLine(source.file)}.`,
    ...(source.description === '' ? [] : [oneLine(source.description)]),
    ...(lost.length === 0 ? [] : ['Not carried:']),
    ...lost.flatMap(({ from, reason, instead }) => [
      `- ${oneLine(from)}: ${oneLine(reason)}`,
      ...(instead === undefined ? [] : [`  Instead: ${oneLine(instead)}`]),
    ]),
  ];
  const text = JSON.stringify(Object.fromEntries(properties), null, 2);
  return `${comments.map((line) => `// ${line}`).join('\n')}\n${text}\n`;
}
