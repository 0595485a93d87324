import type { Server, Socket } from 'node:net';
import { messageOf } from '../errors';
import type { Disposable } from '../lifetime';
import type { Logger } from '../log';
import type { Forwarder } from './forwarder';
import type { PortMemory, Remembered } from './memory';
import { receive, send } from './messages';
import type { PortRow, PortWant } from './types';
import { inOrder, keyOf, wishesOf, type WishFacts } from './wishes';

/** What the forwarding process asks of the rest, each time something has changed. */
export interface HostSource {
  facts(): Promise<Omit<WishFacts, 'wants' | 'memory'> & { readonly memory: PortMemory }>;
  /** Whether there is a container to forward to. */
  readonly active: boolean;
  remember(hosts: readonly Remembered[]): Promise<void>;
}

/** What the forwarding process works with. */
export interface PortHostParts {
  readonly server: Server;
  /** This process's own. */
  readonly want: PortWant;
  readonly forwarder: Forwarder;
  readonly source: HostSource & Disposable;
  readonly onRows: (rows: readonly PortRow[]) => void;
  readonly log: Logger;
}

/** The forwarding process's side of the meeting: hears what all want, forwards it, and tells all what came of it. */
export class PortHost implements Disposable {
  readonly #followers = new Map<Socket, PortWant>();
  #updating: Promise<void> | null = null;
  #again = false;
  #disposed = false;

  constructor(private readonly parts: PortHostParts) {}

  accept(socket: Socket): void {
    socket.on('error', () => undefined);
    // Before it has said what it wants it is only to be told.
    this.#followers.set(socket, []);
    socket.once('close', () => {
      this.#followers.delete(socket);
      this.update();
    });
    receive(socket, (message) => {
      if (message.kind === 'rows') return;
      if (message.kind === 'want') this.#followers.set(socket, message.want);
      this.update();
    });
  }

  /** Makes the forwards what they should be now; calls that come meanwhile are one more round. */
  update(): void {
    this.#again = true;
    this.#updating ??= this.#rounds().finally(() => (this.#updating = null));
  }

  async #rounds(): Promise<void> {
    while (this.#again && !this.#disposed) {
      this.#again = false;
      try {
        await this.#round();
      } catch (error) {
        this.parts.log.log('warn', `Forwarding ports failed: ${messageOf(error)}`, error);
      }
    }
  }

  async #round(): Promise<void> {
    const { source, forwarder, want, onRows } = this.parts;
    const facts = await source.facts();
    const { forward, rest } = wishesOf({ ...facts, wants: source.active ? [want, ...this.#followers.values()] : [] });
    if (this.#isOver()) return;
    const rows = inOrder([...(await forwarder.set(forward, facts.memory.hosts)), ...rest]);
    if (this.#isOver()) {
      forwarder.dispose();
      return;
    }
    await this.#remember(rows, facts.memory.hosts);
    onRows(rows);
    for (const socket of this.#followers.keys()) send(socket, { kind: 'rows', rows });
  }

  /** Before anybody is told, so that a number that was told is had again. Without it all goes on as well. */
  async #remember(rows: readonly PortRow[], before: readonly Remembered[]): Promise<void> {
    const hosts = remembered(rows, before);
    if (JSON.stringify(hosts) === JSON.stringify(before)) return;
    try {
      await this.parts.source.remember(hosts);
    } catch (error) {
      this.parts.log.log('warn', `The numbers of ports cannot be kept: ${messageOf(error)}`, error);
    }
  }

  /** A method, since it may change while a round waits. */
  #isOver(): boolean {
    return this.#disposed;
  }

  /** The numbers are free before the followers hear of the end, so that the next forwarder gets the same ones. */
  dispose(): void {
    this.#disposed = true;
    this.parts.source.dispose();
    this.parts.forwarder.dispose();
    this.parts.server.close();
    for (const socket of this.#followers.keys()) socket.destroy();
  }
}

/** Pure: what is known of numbers after this round; those not in use now are kept. */
export function remembered(rows: readonly PortRow[], before: readonly Remembered[]): readonly Remembered[] {
  const now = rows.flatMap(({ port, wanted, host, moved, state }): Remembered[] =>
    state === 'forwarded' && host !== null ? [{ port, wanted, host, moved }] : [],
  );
  const keys = new Set(now.map(keyOf));
  const kept = before.filter((one) => !keys.has(keyOf(one)));
  return [...kept, ...now].sort((a, b) => a.port - b.port || a.wanted - b.wanted);
}
