import type { ProjectRow, SecretRow } from '../../core/model';
import { age, columns } from './layout';
import { printable, type Style } from './style';

/** `berth secrets` for a person: never a value. */
export function secretsText(row: ProjectRow, secrets: readonly SecretRow[], style: Style): string {
  if (secrets.length === 0) return `The template of ${printable(row.name)} declares no secrets.`;
  const cells = secrets.map((one) => [one.name, stateText(one), one.path ?? 'environment', one.from, one.detail ?? '']);
  return columns(
    [['SECRET', 'STATE', 'AS', 'FROM', ''], ...cells.map((line) => line.map(printable))],
    (text, column, at) => {
      if (at === 0) return style.dim(text);
      return column === 1 ? paint(text, style) : text;
    },
  ).join('\n');
}

/** A line of `berth status`. */
export function secretText(secret: SecretRow, style: Style): string {
  const detail = secret.detail === null ? '' : `: ${printable(secret.detail)}`;
  return `${secret.name} ${paint(stateText(secret), style)} from ${printable(secret.from)}${detail}`;
}

function stateText({ state, changed, required }: SecretRow): string {
  if (state === 'missing') return required ? 'missing, required' : 'missing';
  if (state === 'unknown') return 'not looked yet';
  return changed === null ? 'injected' : `injected ${age(changed)} ago`;
}

function paint(text: string, style: Style): string {
  if (text.startsWith('missing')) return style.red(text);
  return text.startsWith('injected') ? style.green(text) : style.dim(text);
}

/** One secret of a JSON document. */
export function secretJson({ name, from, as, path, required, state, detail, changed }: SecretRow): object {
  return { name, from, as, path, required, state, detail, changed };
}
