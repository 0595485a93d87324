import type { z } from 'zod';
import type { Core } from '../types';
import type { Boxes } from '../sandbox/boxes';

/** What a call may use. */
export interface Call {
  readonly core: Core;
  readonly boxes: Boxes;
  /** Folders whose containers agents may make; real paths. */
  readonly folders: readonly string[];
  /** The calling program's name, as it says itself. */
  readonly client: string;
  readonly signal: AbortSignal;
  /** Tells the client how far it is, where the client asked to be told. */
  readonly tell: (message: string) => void;
}

/** What a client may take for granted of a tool; the words are the protocol's. */
export interface Hints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  /** Whether it reaches beyond this machine: what a command does is anybody's guess. */
  readonly openWorld: boolean;
}

/** One tool: all that the server, the editors and the docs page know of it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** For the model: what it does, what comes back, what to do next. */
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly hints: Hints;
  /** @throws BerthError; `input` has been checked by the schema */
  run(call: Call, input: unknown): Promise<object>;
}

interface ToolSpec<I extends z.ZodObject, O extends z.ZodObject> extends Omit<
  Tool,
  'input' | 'output' | 'run' | 'hints'
> {
  readonly input: I;
  readonly output: O;
  /** What is left out is false. */
  readonly hints: Partial<Hints>;
  run(call: Call, input: z.output<I>): Promise<z.input<O>>;
}

/** Makes a row of the table; what its function takes and gives is checked against its schemas by the compiler. */
export function tool<I extends z.ZodObject, O extends z.ZodObject>(spec: ToolSpec<I, O>): Tool {
  const none = { readOnly: false, destructive: false, idempotent: false, openWorld: false };
  return {
    ...spec,
    hints: { ...none, ...spec.hints },
    run: (call, input) => spec.run(call, input as z.output<I>),
  };
}
