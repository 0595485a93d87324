import type { Progress } from '../log';
import type { Usage } from '../model';
import type { Api } from './api';
import { ContainerLists } from './container-list';
import * as containers from './containers';
import { engineEvents, pastEvents } from './events';
import { startExec } from './exec';
import { openExecStream } from './exec-stream';
import * as images from './images';
import { containerLogs } from './logs';
import { removeContainer } from './removal';
import type * as t from './types';
import { containerProcesses } from './processes';
import * as volumes from './volumes';

interface LabelFilter {
  readonly labels: Readonly<Record<string, string>>;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The verbs of the engine room bound to one connection. `env` says where the user's Docker config is. What moves images and
 * archives about is loaded when it is asked for: a command in a container that runs has no use for it.
 */
export function createEngine(api: Api, info: t.EngineInfo, env: Env): t.Engine {
  const lists = new ContainerLists();
  return {
    info,
    listContainers: (filter, signal) => containers.listContainers(api, filter, signal, lists),
    inspectContainer: (name, signal) => containers.inspectContainer(api, name, signal),
    createContainer: (spec, signal) => containers.createContainer(api, info, spec, signal),
    startContainer: (id, signal, mounts) => containers.startContainer(api, info, id, signal, mounts),
    stopContainer: (id, grace, signal) => containers.stopContainer(api, id, grace, signal),
    restartContainer: (id, grace, signal) => containers.restartContainer(api, info, id, grace, signal),
    removeContainer: (id, { force }, signal) => removeContainer(api, id, force, signal),
    renameContainer: (id, name, signal) => containers.renameContainer(api, id, name, signal),
    updateContainer: async (id, change, signal) => (await import('./update')).updateContainer(api, id, change, signal),
    containerLogs: (id, options, signal) => containerLogs(api, id, options, signal),
    containerUsage: async (id, signal): Promise<Usage> => (await import('./usage')).containerUsage(api, id, signal),
    containerProcesses: (id, signal) => containerProcesses(api, id, signal),
    writableBytes: async (id, signal) => (await import('./layer-size')).writableBytes(api, id, signal),
    containerChanges: async (id, signal) => (await import('./changes')).containerChanges(api, id, signal),
    commitContainer: async (id, request, signal) =>
      (await import('./commit')).commitContainer(api, info, id, request, signal),
    exec: (id, spec, signal) => startExec(api, id, spec, signal),
    execStream: (id, spec, signal) => openExecStream(api, id, spec, signal),
    listImages: (filter: LabelFilter, signal) => images.listImages(api, filter, signal),
    inspectImage: (reference, signal) => images.inspectImage(api, reference, signal),
    pullImage: async (reference, progress: Progress, signal) =>
      (await import('./pull')).pullImage(api, env, reference, progress, signal),
    buildImage: async (request, progress, signal) =>
      (await import('./build')).buildImage(api, info, request, progress, signal, env),
    imageLayers: async (reference, { sizes }, signal) =>
      (await import('./image-layers')).imageLayers(api, reference, sizes, signal),
    registryDigest: async (reference, signal) =>
      (await import('./registry-digest')).registryDigest(api, env, reference, signal),
    removeImage: (reference, signal) => images.removeImage(api, reference, signal),
    tagImage: (reference, tag, signal) => images.tagImage(api, reference, tag, signal),
    pushImage: async (tag, progress, signal) => (await import('./pull')).pushImage(api, env, tag, progress, signal),
    async proxies() {
      const [{ proxyVariables }, { readDockerConfig }] = await Promise.all([
        import('./proxies'),
        import('./docker-config'),
      ]);
      return proxyVariables(await readDockerConfig(env), info.endpoint.url);
    },
    listVolumes: (filter: LabelFilter, signal) => volumes.listVolumes(api, filter, signal),
    ensureVolume: (name, labels, signal) => volumes.ensureVolume(api, name, labels, signal),
    removeVolume: (name, signal) => volumes.removeVolume(api, name, signal),
    volumeSizes: (signal) => volumes.volumeSizes(api, signal),
    writeArchive: async (id, folder, tar, signal, options) =>
      (await import('./archive')).writeArchive(api, id, folder, tar, signal, options),
    readArchive: async (id, path, signal) => (await import('./archive')).readArchive(api, id, path, signal),
    ping: async (signal) => {
      await api.stream('GET', '/_ping', { doing: 'answer', signal }).then((response) => response.resume());
    },
    events: (options, signal) => engineEvents(api, info, options, signal),
    pastEvents: (id, span, signal) => pastEvents(api, id, span, signal),
    dispose: () => api.dispose(),
  };
}
