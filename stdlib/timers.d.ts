/** What setTimeout and its kin give; as a number it is an id that the clear functions take as well. */
interface Timeout {
  /** Lets the run end while it waits. */
  unref(): this;
  ref(): this;
  hasRef(): boolean;
  /** Starts the wait anew. */
  refresh(): this;
  close(): this;
  [Symbol.toPrimitive](): number;
  [Symbol.dispose](): void;
}
declare function setTimeout<A extends any[]>(fn: (...args: A) => unknown, milliseconds?: number, ...args: A): Timeout;
declare function setInterval<A extends any[]>(fn: (...args: A) => unknown, milliseconds?: number, ...args: A): Timeout;
declare function setImmediate<A extends any[]>(fn: (...args: A) => unknown, ...args: A): Timeout;
declare function clearTimeout(timer: Timeout | number | string | null | undefined): void;
declare function clearInterval(timer: Timeout | number | string | null | undefined): void;
declare function clearImmediate(timer: Timeout | number | string | null | undefined): void;
/** Runs fn with the promise jobs, in order. */
declare function queueMicrotask(fn: () => void): void;

interface ImportMeta {
  /** The file's URL. */
  readonly url: string;
  /** Where the file lies; not for code of the command line. */
  readonly filename: string;
  readonly dirname: string;
  /** Whether the file is the one that was run, rather than imported. */
  readonly main: boolean;
  /** What an import of that name would load, as a URL. */
  resolve(name: string): string;
}

declare module "timers" {
  export import setTimeout = globalThis.setTimeout;
  export import setInterval = globalThis.setInterval;
  export import setImmediate = globalThis.setImmediate;
  export import clearTimeout = globalThis.clearTimeout;
  export import clearInterval = globalThis.clearInterval;
  export import clearImmediate = globalThis.clearImmediate;
  export const promises: typeof import("timers/promises");
  const self: typeof import("timers");
  export default self;
}
declare module "node:timers" { export * from "timers"; export { default } from "timers"; }
