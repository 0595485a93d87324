import { stringify } from 'yaml';
import { bomb, mutated } from './mutate';
import { randomOf } from './random';
import { structured } from './structured';

export interface FuzzDocument {
  readonly kind: 'structured' | 'mutated' | 'bomb' | 'bytes';
  /** Which of a project's files it is. */
  readonly layer: 'own' | 'parent' | 'local';
  /** Text, or bytes that need be none. */
  readonly content: string | Buffer;
}

/** The document of a seed at a place of its run: always the same one. */
export function documentOf(seed: number, index: number, real: readonly string[], canary: string): FuzzDocument {
  const random = randomOf(seed, index);
  const kind = random.next();
  const layer = random.pick(['own', 'own', 'own', 'own', 'own', 'own', 'parent', 'local'] as const);
  if (kind < 0.62) {
    const made = structured(random, canary, random.pick([0, 0, 0.02, 0.05, 0.3]));
    const content = random.chance(0.5)
      ? JSON.stringify(made, null, random.pick([0, 2]))
      : stringify(made, {
          defaultStringType: random.pick(['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL'] as const),
          collectionStyle: random.pick(['any', 'block', 'flow'] as const),
          lineWidth: random.pick([0, 20, 80]),
        });
    return { kind: 'structured', layer, content };
  }
  const text = mutated(random.pick(real), random, canary);
  if (kind < 0.94) return { kind: 'mutated', layer, content: text };
  if (kind < 0.97) return { kind: 'bomb', layer, content: bomb(random) };
  const bytes = Buffer.from(text);
  for (let left = 1 + random.below(5); left > 0 && bytes.length > 0; left -= 1) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return { kind: 'bytes', layer, content: bytes };
}
