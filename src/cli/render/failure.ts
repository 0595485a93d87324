import { isAbsolute, relative } from 'node:path';
import type { ErrorDetail } from '../../core/errors';
import { smallText } from '../../core/paths';
import type { Failure } from '../result';
import { detailLines } from './excerpt';
import { printable, type Style } from './style';

/** A failure for a person: one sentence, each finding with its place, what to do next. Never a stack. */
export async function failureText(failure: Failure, cwd: string, style: Style): Promise<string> {
  const details = await Promise.all((failure.errors ?? []).map((detail) => located(detail, cwd, style)));
  const lines = [
    `${style.red('berth:')} ${messageLines(failure.message)}`,
    ...details.flat(),
    ...(failure.hint === undefined ? [] : [`${style.bold('hint:')} ${messageLines(failure.hint)}`]),
  ];
  return lines.join('\n') + '\n';
}

/** An error may quote several lines of output: those stay lines. */
function messageLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}

async function located(detail: ErrorDetail, cwd: string, style: Style): Promise<string[]> {
  if (detail.file === undefined) return detailLines(detail, undefined, style);
  const source = (await smallText(detail.file).catch(() => null)) ?? undefined;
  const near = isAbsolute(detail.file) ? relative(cwd, detail.file) : detail.file;
  return detailLines({ ...detail, file: near === '' || near.startsWith('..') ? detail.file : near }, source, style);
}
