declare module "tty" {
  export function isatty(fd: number): boolean;
  /** The classes of process.stdin and process.stdout. */
  export const ReadStream: any, WriteStream: any;
  const self: typeof import("tty");
  export default self;
}
declare module "node:tty" { export * from "tty"; export { default } from "tty"; }
declare module "constants" {
  /** The numbers of signals, of system errors, and those of fs.constants. */
  export const COPYFILE_EXCL: number, COPYFILE_FICLONE: number, COPYFILE_FICLONE_FORCE: number, E2BIG: number, EACCES: number, EADDRINUSE: number, EADDRNOTAVAIL: number, EAGAIN: number, EALREADY: number, EBADF: number, EBUSY: number, ECHILD: number, ECONNABORTED: number, ECONNREFUSED: number, ECONNRESET: number, EDQUOT: number, EEXIST: number, EFBIG: number, EHOSTUNREACH: number, EINTR: number, EINVAL: number, EIO: number, EISCONN: number, EISDIR: number, ELOOP: number, EMFILE: number, EMLINK: number, ENAMETOOLONG: number, ENETUNREACH: number, ENFILE: number, ENODEV: number, ENOENT: number, ENOEXEC: number, ENOMEM: number, ENOSPC: number, ENOSYS: number, ENOTCONN: number, ENOTDIR: number, ENOTEMPTY: number, ENOTSOCK: number, ENOTSUP: number, ENXIO: number, EPERM: number, EPIPE: number, EROFS: number, ESPIPE: number, ESRCH: number, ETIMEDOUT: number, ETXTBSY: number, EXDEV: number, F_OK: number, O_APPEND: number, O_CREAT: number, O_EXCL: number, O_RDONLY: number, O_RDWR: number, O_SYNC: number, O_TRUNC: number, O_WRONLY: number, R_OK: number, SIGABRT: number, SIGALRM: number, SIGBUS: number, SIGCHLD: number, SIGCONT: number, SIGFPE: number, SIGHUP: number, SIGILL: number, SIGINT: number, SIGIO: number, SIGKILL: number, SIGPIPE: number, SIGPROF: number, SIGPWR: number, SIGQUIT: number, SIGSEGV: number, SIGSTKFLT: number, SIGSTOP: number, SIGSYS: number, SIGTERM: number, SIGTRAP: number, SIGTSTP: number, SIGTTIN: number, SIGTTOU: number, SIGURG: number, SIGUSR1: number, SIGUSR2: number, SIGVTALRM: number, SIGWINCH: number, SIGXCPU: number, SIGXFSZ: number, S_IFBLK: number, S_IFCHR: number, S_IFDIR: number, S_IFIFO: number, S_IFLNK: number, S_IFMT: number, S_IFREG: number, S_IFSOCK: number, S_IRGRP: number, S_IROTH: number, S_IRUSR: number, S_IRWXG: number, S_IRWXO: number, S_IRWXU: number, S_IWGRP: number, S_IWOTH: number, S_IWUSR: number, S_IXGRP: number, S_IXOTH: number, S_IXUSR: number, W_OK: number, X_OK: number;
  const self: typeof import("constants");
  export default self;
}
declare module "node:constants" { export * from "constants"; export { default } from "constants"; }
declare module "diagnostics_channel" {
  type Subscriber = (message: any, name: string | symbol) => void;
  export class Channel {
    constructor(name: string | symbol);
    readonly name: string | symbol;
    readonly hasSubscribers: boolean;
    subscribe(fn: Subscriber): void;
    /** Whether it was subscribed. */
    unsubscribe(fn: Subscriber): boolean;
    publish(message: any): void;
    runStores(message: any, fn: (...args: any[]) => any, self?: any, ...args: any[]): any;
  }
  /** The channel of a name; there is one for each. */
  export function channel(name: string | symbol): Channel;
  export function hasSubscribers(name: string | symbol): boolean;
  export function subscribe(name: string | symbol, fn: Subscriber): void;
  export function unsubscribe(name: string | symbol, fn: Subscriber): boolean;
  /** Five channels that tell when a function begins and how it ends. */
  export function tracingChannel(name: string | Record<string, Channel>): any;
  const self: typeof import("diagnostics_channel");
  export default self;
}
declare module "node:diagnostics_channel" { export * from "diagnostics_channel"; export { default } from "diagnostics_channel"; }
declare module "worker_threads" {
  export const isMainThread: true;
  export const parentPort: null;
  export const workerData: any;
  export const threadId: number;
  export const resourceLimits: Record<string, number>;
  /** There are no workers here: its constructor throws. */
  export class Worker { constructor(...args: any[]); }
  const self: typeof import("worker_threads");
  export default self;
}
declare module "node:worker_threads" { export * from "worker_threads"; export { default } from "worker_threads"; }
