import type { Tool } from './tool';
import { attach, list, stats, status } from './tools/containers';
import { exec, execCancel, execPoll, execStart } from './tools/exec';
import { fsDelete, fsEdit, fsList, fsRead, fsStat, fsWrite } from './tools/files';
import { kill, spawn, stop } from './tools/life';
import { diff, doctor, logs } from './tools/look';

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
  diff,
  stop,
  kill,
  doctor,
];
