export { createEngineConnection, type EngineConnectionOptions } from './connection';
export type * from './types';
