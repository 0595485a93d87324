import manifest from '../../package.json';

/** Berth's version; the bundler takes over this one field of the manifest alone. */
export const { version } = manifest;
