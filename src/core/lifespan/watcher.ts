import { endContainer } from '../services/places';
import type { InternalService } from '../services/types';

/**
 * What ends a container at an instant (ISO 8601), with nobody else running. The instant is absolute, so that a stop and a
 * start, or a restart of the engine, give no more time; it looks at the clock again and again, since a machine that
 * sleeps or a container that is paused does not wake it. Pure.
 */
export function lifespanWatcher(expires: string): InternalService {
  const script = `end=${Math.ceil(Date.parse(expires) / 1000)}
while left=$((end - $(date +%s))); [ "$left" -gt 0 ]; do
  [ "$left" -le 60 ] || left=60
  sleep "$left"
done
echo "berth: stopping, its time is over"
${endContainer} && while :; do sleep 60; done`;
  return { name: 'lifespan', script, user: 'root' };
}
