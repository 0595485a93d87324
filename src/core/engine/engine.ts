import type { Progress } from '../log';
import type { Usage } from '../model';
import type { Api } from './api';
import { buildImage } from './build';
import * as containers from './containers';
import { engineEvents } from './events';
import { startExec } from './exec';
import { openExecStream } from './exec-stream';
import * as images from './images';
import { containerLogs } from './logs';
import { pullImage } from './pull';
import { removeContainer } from './removal';
import type * as t from './types';
import { containerProcesses } from './processes';
import { containerUsage } from './usage';
import * as volumes from './volumes';

interface LabelFilter {
  readonly labels: Readonly<Record<string, string>>;
}

/** The verbs of the engine room bound to one connection. */
export function createEngine(api: Api, info: t.EngineInfo): t.Engine {
  return {
    info,
    listContainers: (filter: LabelFilter, signal) => containers.listContainers(api, filter, signal),
    inspectContainer: (name, signal) => containers.inspectContainer(api, name, signal),
    createContainer: (spec, signal) => containers.createContainer(api, info, spec, signal),
    startContainer: (id, signal) => containers.startContainer(api, id, signal),
    stopContainer: (id, grace, signal) => containers.stopContainer(api, id, grace, signal),
    restartContainer: (id, grace, signal) => containers.restartContainer(api, id, grace, signal),
    removeContainer: (id, { force }, signal) => removeContainer(api, id, force, signal),
    renameContainer: (id, name, signal) => containers.renameContainer(api, id, name, signal),
    containerLogs: (id, options, signal) => containerLogs(api, id, options, signal),
    containerUsage: (id, signal): Promise<Usage> => containerUsage(api, id, signal),
    containerProcesses: (id, signal) => containerProcesses(api, id, signal),
    exec: (id, spec, signal) => startExec(api, id, spec, signal),
    execStream: (id, spec, signal) => openExecStream(api, id, spec, signal),
    listImages: (filter: LabelFilter, signal) => images.listImages(api, filter, signal),
    inspectImage: (reference, signal) => images.inspectImage(api, reference, signal),
    pullImage: (reference, progress: Progress, signal) => pullImage(api, reference, progress, signal),
    buildImage: (request, progress, signal) => buildImage(api, info, request, progress, signal),
    removeImage: (reference, signal) => images.removeImage(api, reference, signal),
    listVolumes: (filter: LabelFilter, signal) => volumes.listVolumes(api, filter, signal),
    ensureVolume: (name, labels, signal) => volumes.ensureVolume(api, name, labels, signal),
    removeVolume: (name, signal) => volumes.removeVolume(api, name, signal),
    ping: async (signal) => {
      await api.stream('GET', '/_ping', { doing: 'answer', signal }).then((response) => response.resume());
    },
    events: (options, signal) => engineEvents(api, options, signal),
    dispose: () => api.dispose(),
  };
}
