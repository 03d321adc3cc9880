declare module "child_process" {
  import { EventEmitter } from "events";
  import { Readable, Writable } from "stream";
  type Stdio = "pipe" | "ignore" | "inherit";
  interface SpawnOptions { cwd?: string | URL; env?: Record<string, string | undefined>; argv0?: string; shell?: boolean | string; stdio?: Stdio | (Stdio | 0 | 1 | 2)[]; timeout?: number; killSignal?: string | number; signal?: AbortSignal }
  interface ExecOptions extends SpawnOptions { encoding?: string | null; maxBuffer?: number }
  interface SyncOptions extends ExecOptions { input?: string | Uint8Array }
  type ExecDone = (error: (Error & { code?: any; killed?: boolean; signal?: string; cmd?: string }) | null, stdout: any, stderr: any) => void;
  export class ChildProcess extends EventEmitter {
    readonly pid: number | undefined;
    readonly stdin: Writable | null;
    readonly stdout: Readable | null;
    readonly stderr: Readable | null;
    readonly stdio: (Readable | Writable | null)[];
    readonly connected: boolean;
    readonly exitCode: number | null;
    readonly signalCode: string | null;
    readonly killed: boolean;
    readonly spawnfile: string;
    readonly spawnargs: string[];
    /** Signals the process with all that it started. */
    kill(signal?: string | number): boolean;
    /** Without effect: the run waits for the process. */
    ref(): void;
    unref(): void;
    disconnect(): void;
    [Symbol.dispose](): void;
  }
  export function spawn(command: string, args?: string[], options?: SpawnOptions): ChildProcess;
  export function spawn(command: string, options?: SpawnOptions): ChildProcess;
  export function exec(command: string, done?: ExecDone): ChildProcess;
  export function exec(command: string, options: ExecOptions, done?: ExecDone): ChildProcess;
  export function execFile(file: string, args?: string[], options?: ExecOptions, done?: ExecDone): ChildProcess;
  export function execFile(file: string, args: string[], done: ExecDone): ChildProcess;
  export function execSync(command: string, options?: SyncOptions): any;
  export function execFileSync(file: string, args?: string[], options?: SyncOptions): any;
  export function spawnSync(command: string, args?: string[], options?: SyncOptions): { pid: number; output: any[]; stdout: any; stderr: any; status: number | null; signal: string | null; error?: Error };
  const self: typeof import("child_process");
  export default self;
}
declare module "node:child_process" { export * from "child_process"; export { default } from "child_process"; }
