import { safeName } from '../projects/identity';
import { textIn, type Handler } from './context';

const name: Handler = (context, value, from) => {
  const made = textIn(context, value, from);
  if (made === null) return;
  // One line, as lists show it; a name that says no more than the template's own needs no description.
  const line = made.text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') context.ledger.needless(from, 'It is empty.');
  else if (line === safeName(line)) context.ledger.carry(from, ['metadata', 'name'], line);
  else context.ledger.carry(from, ['metadata', 'description'], line);
};

const schema: Handler = ({ ledger }, _, from) =>
  ledger.needless(from, 'It tells editors how to check a devcontainer.json; templates have a schema of their own.');

/** What the document says of itself. */
export const headHandlers: Readonly<Record<string, Handler>> = { $schema: schema, name };

/** The template's name: from the document's where it has one, else from the folder's. */
export function templateNameFor(named: unknown, folderName: string): string {
  const given = typeof named === 'string' ? safeName(named) : 'project';
  return given === 'project' ? safeName(folderName) : given;
}
