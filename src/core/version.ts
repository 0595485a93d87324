/** Berth's version; a named import, so that the bundler takes over this one field of the manifest alone. */
export { version } from '../../package.json';
