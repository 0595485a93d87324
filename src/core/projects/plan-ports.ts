import type { DeclaredPort } from '../model';

/**
 * The ports of a container whose template has changed since: what is forwarded is as the template says now, what the
 * engine publishes as the container was made. One that is to be published from the next container on stays as it was. Pure.
 */
export function portsNow(made: readonly DeclaredPort[], asked: readonly DeclaredPort[]): DeclaredPort[] {
  const kept = made.filter((one) => one.publish || asked.some((wish) => wish.publish && wish.port === one.port));
  const forwarded = asked.filter((wish) => !wish.publish && !kept.some((one) => one.port === wish.port));
  return [...kept, ...forwarded];
}
