import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labels } from '../../src/core/model';
import { containerName, projectId } from '../../src/core/projects/identity';

type Json = Readonly<Record<string, unknown>>;

/** One line of the engine's list, and what an inspection says, as a real engine put them (record.ts). */
interface Recorded {
  readonly listed: Json & { readonly Labels: Readonly<Record<string, string>> };
  readonly inspected: Json & { readonly State: Json; readonly Config: Json };
}

export interface Answers {
  readonly version: Json;
  readonly info: Json;
  readonly running: Recorded;
  readonly exited: Recorded;
  readonly events: Readonly<
    Record<string, Json & { readonly Actor: { readonly Attributes: Readonly<Record<string, string>> } }>
  >;
}

export const answers = JSON.parse(readFileSync(join(__dirname, 'answers.json'), 'utf8')) as Answers;

/** What makes a container of the stand-in another than the recorded one. */
export interface ContainerFacts {
  readonly owner: string;
  /** The project's folder. */
  readonly folder: string;
  readonly name: string;
  /** Laid over the recorded labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

export type StandInState = 'running' | 'exited';

/** A container of the stand-in: the recorded one under an identity of its own. */
export class StandInContainer {
  readonly id: string;
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  name: string;
  /** Seconds since the epoch; after the project's files, as a container is. */
  readonly created = Math.ceil(Date.now() / 1000) + 1;
  #state: StandInState = 'running';
  #exitCode = 0;
  #listed: string | undefined;

  constructor({ owner, folder, name, labels: more = {} }: ContainerFacts) {
    this.project = projectId(owner, folder);
    this.name = containerName(name, this.project);
    this.id = createHash('sha256').update(`${this.project} ${this.name}`).digest('hex');
    const files = JSON.stringify([join(folder, 'berth.yaml')]);
    const own = { owner, folder, name, project: this.project, files };
    const named = Object.entries(own).map(([key, value]): [string, string] => [labels[key as keyof typeof own], value]);
    this.labels = { ...answers.running.listed.Labels, ...Object.fromEntries<string>(named), ...more };
  }

  get state(): StandInState {
    return this.#state;
  }

  become(state: StandInState, exitCode = 0): void {
    this.#state = state;
    this.#exitCode = exitCode;
    this.#listed = undefined;
  }

  rename(name: string): void {
    this.name = name;
    this.#listed = undefined;
  }

  /** Its line in the list, as JSON: made once for each state, since a list has many. */
  get listed(): string {
    const status = this.#state === 'running' ? 'Up 3 hours' : `Exited (${this.#exitCode}) 5 minutes ago`;
    return (this.#listed ??= JSON.stringify({
      ...answers[this.#state].listed,
      Id: this.id,
      Names: [`/${this.name}`],
      Created: this.created,
      Labels: this.labels,
      Status: status,
    }));
  }

  get inspected(): Json {
    const { inspected } = answers[this.#state];
    return {
      ...inspected,
      Id: this.id,
      Name: `/${this.name}`,
      Created: new Date(this.created * 1000).toISOString(),
      State: { ...inspected.State, ExitCode: this.#exitCode },
      Config: { ...inspected.Config, Labels: this.labels },
    };
  }

  /** An event about it, as one line of the stream. */
  event(action: string, more: Readonly<Record<string, string>> = {}): string {
    const like = answers.events[action] ?? answers.events['start'];
    const attributes = { ...like?.Actor.Attributes, ...this.labels, name: this.name, ...more };
    const now = Date.now();
    const actor = { ID: this.id, Attributes: attributes };
    const when = { time: Math.floor(now / 1000), timeNano: now * 1e6 + (count++ % 3900) * 256 };
    return `${JSON.stringify({ ...like, status: action, id: this.id, Action: action, Actor: actor, ...when })}\n`;
  }
}

/** No two events of an engine have the same instant; this far apart, since numbers as great as these are not told closer. */
let count = 0;
