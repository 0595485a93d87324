import type { Progress } from '../log';
import type { Usage } from '../model';
import type { Api } from './api';
import { readArchive, writeArchive } from './archive';
import { buildImage } from './build';
import * as containers from './containers';
import { readDockerConfig } from './docker-config';
import { engineEvents, pastEvents } from './events';
import { startExec } from './exec';
import { openExecStream } from './exec-stream';
import { imageLayers } from './image-layers';
import * as images from './images';
import { containerLogs } from './logs';
import { proxyVariables } from './proxies';
import { pullImage, pushImage } from './pull';
import { removeContainer } from './removal';
import type * as t from './types';
import { containerProcesses } from './processes';
import { updateContainer } from './update';
import { containerUsage } from './usage';
import * as volumes from './volumes';

interface LabelFilter {
  readonly labels: Readonly<Record<string, string>>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The verbs of the engine room bound to one connection. `env` says where the user's Docker config is. */
export function createEngine(api: Api, info: t.EngineInfo, env: Env): t.Engine {
  return {
    info,
    listContainers: (filter: LabelFilter, signal) => containers.listContainers(api, filter, signal),
    inspectContainer: (name, signal) => containers.inspectContainer(api, name, signal),
    createContainer: (spec, signal) => containers.createContainer(api, info, spec, signal),
    startContainer: (id, signal) => containers.startContainer(api, info, id, signal),
    stopContainer: (id, grace, signal) => containers.stopContainer(api, id, grace, signal),
    restartContainer: (id, grace, signal) => containers.restartContainer(api, info, id, grace, signal),
    removeContainer: (id, { force }, signal) => removeContainer(api, id, force, signal),
    renameContainer: (id, name, signal) => containers.renameContainer(api, id, name, signal),
    updateContainer: (id, change, signal) => updateContainer(api, id, change, signal),
    containerLogs: (id, options, signal) => containerLogs(api, id, options, signal),
    containerUsage: (id, signal): Promise<Usage> => containerUsage(api, id, signal),
    containerProcesses: (id, signal) => containerProcesses(api, id, signal),
    exec: (id, spec, signal) => startExec(api, id, spec, signal),
    execStream: (id, spec, signal) => openExecStream(api, id, spec, signal),
    listImages: (filter: LabelFilter, signal) => images.listImages(api, filter, signal),
    inspectImage: (reference, signal) => images.inspectImage(api, reference, signal),
    pullImage: (reference, progress: Progress, signal) => pullImage(api, env, reference, progress, signal),
    buildImage: (request, progress, signal) => buildImage(api, info, request, progress, signal, env),
    imageLayers: (reference, { sizes }, signal) => imageLayers(api, reference, sizes, signal),
    removeImage: (reference, signal) => images.removeImage(api, reference, signal),
    tagImage: (reference, tag, signal) => images.tagImage(api, reference, tag, signal),
    pushImage: (tag, progress, signal) => pushImage(api, env, tag, progress, signal),
    proxies: async () => proxyVariables(await readDockerConfig(env), info.endpoint.url),
    listVolumes: (filter: LabelFilter, signal) => volumes.listVolumes(api, filter, signal),
    ensureVolume: (name, labels, signal) => volumes.ensureVolume(api, name, labels, signal),
    removeVolume: (name, signal) => volumes.removeVolume(api, name, signal),
    volumeSizes: (signal) => volumes.volumeSizes(api, signal),
    writeArchive: (id, folder, tar, signal) => writeArchive(api, id, folder, tar, signal),
    readArchive: (id, path, signal) => readArchive(api, id, path, signal),
    ping: async (signal) => {
      await api.stream('GET', '/_ping', { doing: 'answer', signal }).then((response) => response.resume());
    },
    events: (options, signal) => engineEvents(api, options, signal),
    pastEvents: (id, span, signal) => pastEvents(api, id, span, signal),
    dispose: () => api.dispose(),
  };
}
