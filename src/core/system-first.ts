/**
 * For a shell that does something as root in a container: programs are the system's own where it has them. The container's
 * `PATH` may begin with a folder that its user can write, as those of the usual Go and Rust images do, and what lies there
 * would be run as root.
 */
export const systemFirst = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH';
