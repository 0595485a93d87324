import { textIn, wrongKind, type Context, type Handler } from './context';
import { userOfImage } from './image';
import type { Json } from './json';
import type { FieldPath } from '../templates/tree';

/** Carries a name as the login user's, unless it is root. */
function login(context: Context, value: Json, from: FieldPath): void {
  const made = textIn(context, value, from);
  if (made === null) return;
  // The engine's own form is USER[:GROUP].
  const [name = '', group] = made.text.split(':');
  if (name === 'root' || name === '0') {
    context.ledger.lose(
      from,
      'Nobody logs in as root: the user has the ids of the workspace’s owner, and is root only where root owns it.',
      'user: { sudo: true } with security: { no_new_privileges: false }',
    );
  } else {
    context.ledger.carry(from, ['spec', 'user', 'name'], name, group === undefined ? made.note : 'without its group');
  }
}

const containerUser: Handler = (context, value, from) => {
  const remote = context.root.get('remoteUser');
  if (remote === undefined || remote === null || remote === value) login(context, value, from);
  else context.ledger.lose(from, 'All but the services of the system runs as the one login user, remoteUser.');
};

const updateRemoteUserUID: Handler = ({ ledger }, value, from) => {
  if (value === true) ledger.needless(from, 'The user always gets the ids of the workspace’s owner.');
  else if (value === false) ledger.lose(from, 'The user always gets the ids of the workspace’s owner.');
  else wrongKind(ledger, value, from, 'true or false');
};

/** Who works in the container. */
export const userHandlers: Readonly<Record<string, Handler>> = {
  containerUser,
  remoteUser: login,
  updateRemoteUserUID,
};

/** The same for `--user` among the arguments of `docker run`. */
export function userFlag(context: Context, value: string, from: FieldPath): void {
  const { root, ledger } = context;
  if (root.has('remoteUser') || root.has('containerUser')) ledger.lose(from, '--user: remoteUser stands in its place.');
  else login(context, value, from);
}

/** Without any word about the user, the image's own is meant. */
export function impliedUser(context: Context): void {
  const { root, ledger } = context;
  const user = userOfImage(root.get('image'));
  const said = ['remoteUser', 'containerUser'].some((key) => root.has(key)) || ledger.has(['spec', 'user', 'name']);
  if (user !== null && !said)
    ledger.carry(['image'], ['spec', 'user', 'name'], user, 'the user that this image comes with');
}
