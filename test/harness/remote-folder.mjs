// Loaded by `--import` ahead of an editor's server, and by that into its extension host. In a real Remote-SSH window
// Berth runs on the user's own machine and sees the workspace folder as `vscode-remote://ssh-remote+<alias>/…`. A
// server's extension host lies on the remote itself and is shown local files instead; here the named folder's addresses
// stay as they are.
import childProcess from 'node:child_process';
import * as nodeModule from 'node:module';

const folder = process.env.BERTH_TEST_REMOTE_FOLDER;
const found = 'transformIncoming:t=>t.scheme==="vscode-remote"?';
const kept = `transformIncoming:t=>t.scheme==="vscode-remote"&&!(t.path+"/").startsWith(${JSON.stringify(`${folder}/`)})?`;

if (process.argv.includes('--type=extensionHost')) {
  nodeModule.registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith('/extensionHostProcess.js')) return loaded;
      const source = String(loaded.source);
      if (!source.includes(found)) throw new Error('the extension host does not map addresses as expected');
      return { ...loaded, source: source.replaceAll(found, kept) };
    },
  });
} else {
  const { fork } = childProcess;
  childProcess.fork = (path, args, options) =>
    fork(path, args, {
      ...options,
      execArgv: args.includes('--type=extensionHost')
        ? ['--import', import.meta.url, ...(options.execArgv ?? [])]
        : options.execArgv,
    });
  nodeModule.syncBuiltinESMExports();
}
