export { version } from '../core/version';
