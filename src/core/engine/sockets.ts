import type { EndpointFacts } from './endpoint-facts';
import type { EngineEndpoint } from './types';

/** Where engines listen when nobody said anything, the likeliest first: [owner, path of the socket or pipe]. */
export function usualSockets(facts: Pick<EndpointFacts, 'env' | 'platform' | 'home' | 'uid'>): EngineEndpoint[] {
  const { env, home } = facts;
  const table =
    facts.platform === 'win32'
      ? pipes()
      : facts.platform === 'darwin'
        ? onMac(home, env)
        : onLinux(home, env, facts.uid);
  const scheme = facts.platform === 'win32' ? 'npipe' : 'unix';
  return table.map(([source, path]) => ({ url: `${scheme}://${path}`, source }));
}

type Table = readonly (readonly [source: string, path: string])[];

function onLinux(home: string, env: EndpointFacts['env'], uid: number): Table {
  const runtime = env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`;
  return [
    ['Docker Engine', '/var/run/docker.sock'],
    ['rootless Docker', `${runtime}/docker.sock`],
    ['Docker Desktop', `${home}/.docker/desktop/docker.sock`],
    ['Docker Desktop', `${home}/.docker/run/docker.sock`],
    ...colima(home, env),
    ['OrbStack', `${home}/.orbstack/run/docker.sock`],
    ['Rancher Desktop', `${home}/.rd/docker.sock`],
    ['rootless Podman', `${runtime}/podman/podman.sock`],
    ['Podman', '/run/podman/podman.sock'],
  ];
}

function onMac(home: string, env: EndpointFacts['env']): Table {
  const temporary = env['TMPDIR']?.replace(/\/$/, '');
  return [
    ['Docker Desktop', `${home}/.docker/run/docker.sock`],
    ['Docker Engine', '/var/run/docker.sock'],
    ['OrbStack', `${home}/.orbstack/run/docker.sock`],
    ...colima(home, env),
    ['Rancher Desktop', `${home}/.rd/docker.sock`],
    ['Podman machine', `${home}/.local/share/containers/podman/machine/podman.sock`],
    ...(temporary === undefined
      ? []
      : ([['Podman machine', `${temporary}/podman/podman-machine-default-api.sock`]] as const)),
  ];
}

function colima(home: string, env: EndpointFacts['env']): Table {
  const own = env['COLIMA_HOME'];
  return [
    ...(own === undefined || own === '' ? [] : ([['Colima', `${own}/default/docker.sock`]] as const)),
    ['Colima', `${home}/.colima/default/docker.sock`],
    ['Colima', `${home}/.config/colima/default/docker.sock`],
  ];
}

function pipes(): Table {
  return [
    ['Docker Engine', '//./pipe/docker_engine'],
    ['Docker Desktop', '//./pipe/dockerDesktopLinuxEngine'],
    ['Podman machine', '//./pipe/podman-machine-default'],
  ];
}
