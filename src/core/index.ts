export { createCore } from './create';
export type { Core, CoreOptions } from './types';
