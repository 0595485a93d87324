/** What is shipped holds no native parts (see esbuild.mjs): those that npm built here must not flatter the figures. */
const dlopen = process.dlopen.bind(process);
process.dlopen = (module, filename, ...flags) => {
  if (/\b(?:ssh2|cpu-features)\b/.test(filename)) throw new Error(`${filename} is not shipped`);
  dlopen(module, filename, ...flags);
};
