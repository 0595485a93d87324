import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelled, isCancelled, messageOf } from '../errors';
import { DisposableSlot, Emitter } from '../lifetime';
import type { Disposable } from '../lifetime';
import type { Logger } from '../log';
import type { Forwarder } from './forwarder';
import { PortHost, type HostSource } from './host';
import { meet } from './meeting';
import { receive, send } from './messages';
import type { PortRow, PortSession, PortWant } from './types';

/** What a process forwards with, once it is the one that does. */
export interface HostParts {
  readonly source: HostSource & Disposable;
  readonly forwarder: Forwarder;
}

/** What a session works with; `host` is asked once this process is the one that forwards. */
export interface SessionParts {
  readonly place: { readonly path: string; readonly locksDir: string; readonly project: string };
  readonly want: PortWant;
  readonly host: (changed: () => void) => HostParts;
  readonly log: Logger;
}

/** Milliseconds: a meeting that failed for a reason of the system's is tried again, ever more slowly. */
const pause = { first: 100, most: 10_000 };

/** Follows the forwarder while there is one, and is it as soon as there is none. */
export class MeetingSession implements PortSession {
  readonly #changed = new Emitter<readonly PortRow[]>();
  readonly onDidChange = this.#changed.event;
  readonly #life = new AbortController();
  readonly #part = new DisposableSlot();
  #rows: readonly PortRow[] | null = null;
  #role: PortSession['role'] = 'joining';

  constructor(private readonly parts: SessionParts) {
    this.#run().catch((error: unknown) => {
      if (!isCancelled(error)) parts.log.log('error', `Forwarding ports ended: ${messageOf(error)}`, error);
    });
  }

  get rows(): readonly PortRow[] {
    return this.#rows ?? [];
  }

  get role(): PortSession['role'] {
    return this.#role;
  }

  ready(signal?: AbortSignal): Promise<readonly PortRow[]> {
    if (this.#rows !== null) return Promise.resolve(this.#rows);
    const over = signal === undefined ? this.#life.signal : AbortSignal.any([signal, this.#life.signal]);
    return new Promise((resolve, reject) => {
      if (over.aborted) {
        reject(cancelled());
        return;
      }
      const known = this.onDidChange((rows) => {
        known.dispose();
        over.removeEventListener('abort', stop);
        resolve(rows);
      });
      const stop = (): void => {
        known.dispose();
        reject(cancelled());
      };
      over.addEventListener('abort', stop, { once: true });
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#life;
    for (let wait = pause.first; !signal.aborted; this.#role = 'joining') {
      try {
        await this.#takePart(signal);
        wait = pause.first;
      } catch (error) {
        signal.throwIfAborted();
        this.parts.log.log('warn', `The processes that forward ports did not meet: ${messageOf(error)}`, error);
        await delay(wait, undefined, { signal });
        wait = Math.min(wait * 2, pause.most);
      }
    }
  }

  /** Until this part is over: for a follower with the forwarder, for the forwarder with this session. */
  async #takePart(signal: AbortSignal): Promise<void> {
    const early: Socket[] = [];
    let accept = (socket: Socket): void => void early.push(socket);
    const meeting = await meet(this.parts.place, (socket) => accept(socket), signal);
    if (meeting.role === 'follower') return this.#follow(meeting.socket);
    const { server } = meeting;
    const closed = new Promise<void>((resolve) => void server.once('close', () => resolve()));
    const { want, log } = this.parts;
    const { source, forwarder } = this.parts.host(() => queueMicrotask(() => host.update()));
    const host = new PortHost({ server, want, forwarder, source, log, onRows: (rows) => this.#take(rows) });
    this.#role = 'forwarder';
    this.#part.set(host);
    accept = (socket) => host.accept(socket);
    early.forEach(accept);
    host.update();
    await closed;
  }

  async #follow(socket: Socket): Promise<void> {
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    this.#part.set({ dispose: () => socket.destroy() });
    this.#role = 'follower';
    receive(socket, (message) => {
      if (message.kind === 'rows') this.#take(message.rows);
    });
    send(socket, { kind: 'want', want: this.parts.want });
    await closed;
  }

  #take(rows: readonly PortRow[]): void {
    if (JSON.stringify(rows) === JSON.stringify(this.#rows)) return;
    this.#rows = rows;
    this.#changed.fire(rows);
  }

  dispose(): void {
    this.#life.abort();
    this.#part.dispose();
    this.#changed.dispose();
  }
}
