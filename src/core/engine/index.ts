export { createEngineConnection, type EngineConnectionOptions } from './connection';
export type * from './image-requests';
export type * from './types';
