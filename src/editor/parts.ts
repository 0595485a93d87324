import type * as vscode from 'vscode';
import type { Handoff } from './handoff/handoff';
import type { Focus } from './notify/focus';
import type { Output } from './output';
import type { Session } from './session';
import type { VirtualTexts } from './virtual-texts';
import type { ActivityView } from './views/activity';
import type { ContainersView } from './views/containers';

/** What commands, tasks and terminals work with; made once in activate.ts. */
export interface Parts {
  readonly session: Session;
  readonly output: Output;
  readonly containers: ContainersView;
  readonly activity: ActivityView;
  readonly focus: Focus;
  readonly handoff: Handoff;
  readonly texts: VirtualTexts;
  /** This workspace's own state. */
  readonly state: vscode.Memento;
}
