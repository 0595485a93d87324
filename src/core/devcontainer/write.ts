import { Document, isMap, isScalar, isSeq, visit, Scalar, type Node, type ParsedNode } from 'yaml';
import { resolvedSpec } from '../templates/schema';
import type { NotCarried } from './ledger';
import type { FieldPath } from '../templates/tree';

/** A remark to stand above a field. */
export interface Remark {
  readonly path: FieldPath;
  readonly text: string;
}

/** How many entries the comment at the top names; a report has them all. */
const mostNamed = 60;
const longest = 240;

/** The template's text: fields in the order of the reference, with comments for what was not carried. Pure. */
export function templateText(
  document: Readonly<Record<string, unknown>>,
  source: string,
  notCarried: readonly NotCarried[],
  remarks: readonly Remark[],
): string {
  const made = new Document(inOrder(document), { version: '1.2', schema: 'core' });
  made.commentBefore = header(source, notCarried);
  for (const { path, text } of remarks) remark(made, path, text);
  visit(made, {
    Scalar(_, node) {
      // Only double quotes can hold these as what they are.
      if (typeof node.value === 'string' && /[\r\u007f-\u009f\u2028\u2029\ufeff]|^\s+$/.test(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  const text = made.toString({ lineWidth: 0, singleQuote: true });
  return text.replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function inOrder(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { apiVersion, kind, metadata, spec } = document;
  const order = Object.keys(resolvedSpec.shape);
  const fields = Object.entries(spec as Record<string, unknown>).sort(
    ([one], [other]) => order.indexOf(one) - order.indexOf(other),
  );
  const whole = { apiVersion, kind, metadata };
  return fields.length === 0 ? whole : { ...whole, spec: Object.fromEntries(fields) };
}

function header(source: string, notCarried: readonly NotCarried[]): string {
  const named = notCarried
    .slice(0, mostNamed)
    .flatMap(({ from, reason, instead }) => [
      ` - ${oneLine(from)}: ${oneLine(reason)}`,
      ...(instead === undefined ? [] : [`   Instead: ${oneLine(instead)}`]),
    ]);
  const more = notCarried.length - mostNamed;
  return [
    ` Imported from ${oneLine(source)}.`,
    ...(named.length === 0 ? [] : [' Not carried:']),
    ...named,
    ...(more > 0 ? [` - and ${more} more: see \`berth import --json\`.`] : []),
  ].join('\n');
}

/** Text of others as it may stand in a comment: nothing in it can end the line. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Surrogate}\u2028\u2029\ufeff]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function remark(document: Document, path: FieldPath, text: string): void {
  const parent = document.getIn(path.slice(0, -1), true) as Node | undefined;
  const last = path[path.length - 1];
  const at = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key
    : isSeq(parent) && typeof last === 'number'
      ? parent.items[last]
      : undefined;
  if (at === undefined || at === null) return;
  const node = at as ParsedNode;
  const before = node.commentBefore;
  const line = ` ${oneLine(text)}`;
  if (before === undefined || before === null) node.commentBefore = line;
  else if (!before.includes(line)) node.commentBefore = `${before}\n${line}`;
}
