import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { format, type FormatConfig } from 'oxfmt';

/** A text as `npm run format` leaves it in a file of that name: what is generated is held to the same form. */
export async function formatted(file: string, text: string): Promise<string> {
  const config = await readFile(resolve(__dirname, '../.oxfmtrc.json'), 'utf8');
  const { code, errors } = await format(basename(file), text, JSON.parse(config) as FormatConfig);
  assert.deepEqual(errors, []);
  return code;
}
