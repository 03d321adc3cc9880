/** What node's emitters have; see the module "events". */
type ProcessEmitter = import("events").EventEmitter;

interface ProcessWriteStream extends ProcessEmitter {
  readonly fd: 1 | 2;
  /** True on a terminal, else undefined. */
  readonly isTTY?: true;
  readonly columns?: number;
  readonly rows?: number;
  write(chunk: string | Uint8Array, encoding?: BufferEncoding, done?: (error?: Error | null) => void): boolean;
  write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
  end(chunk?: string | Uint8Array, encoding?: BufferEncoding, done?: () => void): this;
  getWindowSize(): [columns: number, rows: number];
  hasColors(count?: number): boolean;
  getColorDepth(): number;
  clearLine(direction?: -1 | 0 | 1): boolean;
  cursorTo(x: number, y?: number): boolean;
  moveCursor(dx: number, dy: number): boolean;
  readonly writable: boolean;
  readonly writableHighWaterMark: number;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  /** What follows is without effect. */
  cork(): void;
  uncork(): void;
  destroy(): this;
}

interface ProcessReadStream extends ProcessEmitter, AsyncIterable<any> {
  readonly fd: 0;
  readonly isTTY?: true;
  /** Makes chunks strings; they are Buffers otherwise, cut between characters. */
  setEncoding(encoding?: BufferEncoding): this;
  on(event: "data", listener: (chunk: any) => void): this;
  on(event: "end" | "close" | "readable", listener: () => void): this;
  on(event: string | symbol, listener: (...args: any[]) => void): this;
  readonly readable: boolean;
  readonly readableEncoding: BufferEncoding | null;
  readonly readableEnded: boolean;
  readonly readableFlowing: boolean | null;
  read(): any;
  isPaused(): boolean;
  destroy(): this;
  ref(): this;
  /** Stops reading, and lets the run end. */
  unref(): this;
  resume(): this;
  /** Stops reading, and lets the run end. */
  pause(): this;
  pipe<T extends { write(chunk: any): any; end(): any }>(to: T): T;
}

interface Process extends ProcessEmitter {
  /** The binary, the script, and the arguments after it. */
  readonly argv: string[];
  readonly argv0: string;
  readonly execArgv: string[];
  readonly execPath: string;
  /** The environment, live. Changes are undone when the run is over. */
  readonly env: Record<string, string | undefined>;
  readonly pid: number;
  readonly ppid: number;
  readonly platform: "linux" | "darwin" | "win32" | string;
  readonly arch: string;
  /** The version of node whose library this one follows. */
  readonly version: string;
  readonly versions: { readonly node: string; readonly mcpjs: string; readonly [name: string]: string };
  readonly stdin: ProcessReadStream;
  readonly stdout: ProcessWriteStream;
  readonly stderr: ProcessWriteStream;
  title: string;
  /** The exit code of a run that ends by itself. */
  exitCode: number | string | undefined;
  exit(code?: number | string): never;
  abort(): never;
  readonly release: { readonly name: string; readonly [field: string]: any };
  readonly features: { readonly [name: string]: any };
  cwd(): string;
  /** Changes the directory that this run's relative paths begin at. */
  chdir(directory: string): void;
  uptime(): number;
  hrtime: { (since?: [number, number]): [number, number]; bigint(): bigint };
  memoryUsage: { (): { rss: number; heapTotal: number; heapUsed: number; external: number; arrayBuffers: number }; rss(): number };
  cpuUsage(previous?: { user: number; system: number }): { user: number; system: number };
  /** Runs fn with the promise jobs, in order; not before them, as node does. */
  nextTick(fn: (...args: any[]) => void, ...args: any[]): void;
  emitWarning(warning: string | Error, options?: string | { type?: string; code?: string; detail?: string }): void;
  kill(pid: number, signal?: string | number): true;
  umask(mask?: number | string): number;
  getuid?(): number;
  geteuid?(): number;
  getgid?(): number;
  getegid?(): number;
  getgroups?(): number[];
  on(event: "exit" | "beforeExit", listener: (code: number) => void): this;
  on(event: "uncaughtException" | "uncaughtExceptionMonitor", listener: (error: any, origin: string) => void): this;
  on(event: "unhandledRejection", listener: (reason: any, promise: Promise<any>) => void): this;
  on(event: "warning", listener: (warning: Error) => void): this;
  /** A signal, such as SIGINT: with a listener it does not end the run. */
  on(event: string | symbol, listener: (...args: any[]) => void): this;
}
declare const process: Process;
/** The global object, as node names it. */
declare var global: typeof globalThis;
declare module "process" {
  const process: Process;
  export = process;
}
declare module "node:process" { import process = require("process"); export = process; }
