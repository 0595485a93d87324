import type { Tool } from './tool';
import { attach, list, stats, status } from './containers';
import { exec, execCancel, execPoll, execStart } from './exec';
import { fsDelete, fsEdit, fsList, fsRead, fsStat, fsWrite } from './files';
import { kill, spawn, stop } from './life';
import { diff, doctor, logs } from './look';
import * as snapshots from './snapshots';

/** The one table of tools, in the order in which every client gets them. */
export const tools: readonly Tool[] = [
  spawn,
  attach,
  list,
  status,
  exec,
  execStart,
  execPoll,
  execCancel,
  fsRead,
  fsWrite,
  fsEdit,
  fsList,
  fsStat,
  fsDelete,
  logs,
  stats,
  snapshots.make,
  snapshots.list,
  snapshots.restore,
  snapshots.remove,
  diff,
  stop,
  kill,
  doctor,
];
