import { endContainer } from '../services/places';
import type { InternalService } from '../services/types';

/** Where a container that ends at an instant (ISO 8601) is told that it has longer: on its disk, so that a start knows it too. Pure. */
export function laterEndFile(expires: string): string {
  // Named by that instant, so that an image made of the container says nothing to another.
  return `/etc/berth-ends-${Date.parse(expires)}`;
}

/**
 * What ends a container at an instant (ISO 8601), with nobody else running. The instant is absolute, so that a stop and a
 * start, or a restart of the engine, give no more time; it looks at the clock again and again, since a machine that
 * sleeps or a container that is paused does not wake it. Pure.
 */
export function lifespanWatcher(expires: string): InternalService {
  const later = laterEndFile(expires);
  const script = `end=${Math.ceil(Date.parse(expires) / 1000)}
while [ ! -r ${later} ] || end=$(cat ${later}); left=$((end - $(date +%s))); [ "$left" -gt 0 ]; do
  [ "$left" -le 60 ] || left=60
  sleep "$left"
done
echo "berth: stopping, its time is over"
${endContainer} && while :; do sleep 60; done`;
  return { name: 'lifespan', script, user: 'root' };
}
