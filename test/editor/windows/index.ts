/** These suites each want a window of their own kind (test/editor/suites.test.ts); they run as those of `host` do. */
export { run } from '../host/index';
