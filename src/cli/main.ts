import { run } from './run';

// Streams are flushed in there; what a library may still hold open must not keep the process.
void run(process.argv.slice(2)).then((code) => process.exit(code));
