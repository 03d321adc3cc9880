declare module "mcpjs" {
  /** Milliseconds, or text such as "200ms", "30s", "2m". */
  export type Duration = number | string;

  /** The arguments after the script's name. */
  export const args: string[];

  /** Waits; rejects with the signal's reason when that is aborted. */
  export function sleep(duration: Duration, options?: { signal?: AbortSignal }): Promise<void>;

  export interface RetryOptions<T = unknown> {
    /** How often the task is called at most. Default 3. */
    attempts?: number;
    /** The wait after the first failure. Default 100 ms. */
    backoff?: Duration;
    /** What each further wait is multiplied by. Default 2. */
    factor?: number;
    /** The longest wait. Default 30 s. */
    maxDelay?: Duration;
    /** The share of each wait that is left to chance: true is 0.5. Default false. */
    jitter?: boolean | number;
    /** Tries again until this is true of the result. */
    until?(value: T, attempt: number): unknown;
    /** Gives up at once where this is false of an error. */
    retryIf?(error: any, attempt: number): unknown;
    /** Called before each wait. */
    onRetry?(error: any, attempt: number, delay: number): unknown;
    signal?: AbortSignal;
  }
  /**
   * Calls the task until it succeeds. When it never does, rejects with its last
   * error, whose property attempts says how often it was tried. An AbortError is
   * never tried again.
   */
  export function retry<T>(attempts: number, task: (attempt: number) => T | Promise<T>, options?: RetryOptions<T>): Promise<T>;
  export function retry<T>(options: RetryOptions<T>, task: (attempt: number) => T | Promise<T>): Promise<T>;

  export interface PoolOptions {
    /** Collects what each task came to, as Promise.allSettled, instead of stopping at the first failure. */
    settle?: boolean;
    signal?: AbortSignal;
  }
  /** Runs at most limit tasks at a time; the results are in the tasks' order. The first failure rejects, and no more are started. */
  export function pool<T = any>(limit: number, tasks: Iterable<() => T | Promise<T>> | AsyncIterable<() => T | Promise<T>>, options?: PoolOptions & { settle?: false }): Promise<T[]>;
  export function pool<T = any>(limit: number, tasks: Iterable<() => T | Promise<T>> | AsyncIterable<() => T | Promise<T>>, options: PoolOptions & { settle: true }): Promise<PromiseSettledResult<T>[]>;
  export function pool<I = any, T = any>(limit: number, items: Iterable<I> | AsyncIterable<I>, fn: (item: I, index: number) => T | Promise<T>, options?: PoolOptions & { settle?: false }): Promise<T[]>;
  export function pool<I = any, T = any>(limit: number, items: Iterable<I> | AsyncIterable<I>, fn: (item: I, index: number) => T | Promise<T>, options: PoolOptions & { settle: true }): Promise<PromiseSettledResult<T>[]>;

  export interface GlobOptions {
    /** Where relative patterns begin. Default: the working directory. */
    cwd?: string;
    /** Patterns to leave out, with all that is below them. */
    ignore?: string | string[];
    /** Lets wildcards match names that begin with a dot. */
    dot?: boolean;
    /** Gives absolute paths. */
    absolute?: boolean;
    /** Gives directories as well as files. */
    directories?: boolean;
  }
  /** The files that match, sorted. Patterns know *, **, ?, [a-z] and {a,b}. */
  export function glob(pattern: string | string[], options?: GlobOptions): Promise<string[]>;

  export const yaml: {
    /** The value of a text that holds one document; null where it is empty. */
    parse(text: string | Uint8Array): any;
    parseAll(text: string | Uint8Array): any[];
    stringify(value: unknown, options?: { indent?: number }): string;
  };

  export interface CsvOptions {
    /** Default ",". */
    separator?: string;
    /** Records as objects: true takes their keys from the first record. */
    header?: boolean | string[];
  }
  export const csv: {
    parse(text: string | Uint8Array, options: CsvOptions & CsvParseOptions & { header: true | string[] }): Record<string, string>[];
    parse(text: string | Uint8Array, options?: CsvOptions & CsvParseOptions): string[][];
    /** Rows are arrays or objects; objects get a header unless it is false. */
    stringify(rows: (unknown[] | object)[], options?: CsvOptions & { eol?: "\n" | "\r\n" }): string;
  };
  export interface CsvParseOptions {
    /** Lines that begin with it are left out. */
    comment?: string;
    /** Removes space around each field. */
    trim?: boolean;
    /** Allows stray quotes and records of any length. */
    relaxed?: boolean;
  }

  /** The standard input. */
  export const stdin: {
    text(): Promise<string>;
    json(): Promise<any>;
    lines(): AsyncIterableIterator<string>;
    [Symbol.asyncIterator](): AsyncIterableIterator<string>;
    readonly isTTY: boolean;
  };

  export interface CommandOptions {
    cwd?: string;
    env?: Record<string, string | undefined>;
    /** What the command reads: by default nothing. */
    input?: string | Uint8Array | ArrayBuffer | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
    stdin?: "ignore" | "inherit" | "pipe";
    stdout?: "pipe" | "inherit" | "ignore";
    stderr?: "pipe" | "inherit" | "ignore";
    /** Ends the command after that time. */
    timeout?: Duration;
    /** How it is asked to end; it is killed two seconds later. Default SIGTERM. */
    killSignal?: string;
    signal?: AbortSignal;
    /** Resolves whatever the exit code. */
    nothrow?: boolean;
    /** Shows the command and what it writes on stderr and stdout as it runs. */
    verbose?: boolean;
    /** The shell. Default "sh". */
    shell?: string;
    /** The most that is kept of stdout and of stderr, in bytes. Default 256 MiB. */
    maxBuffer?: number;
  }
  export class ProcessOutput {
    private constructor();
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly stdout: string;
    readonly stderr: string;
    readonly ok: boolean;
    /** stdout without its last newline. */
    text(): string;
    json(): any;
    lines(): string[];
    bytes(): Uint8Array;
    toString(): string;
    [Symbol.toPrimitive](): string;
  }
  /** A command that is starting; awaiting it gives its output, or throws a ProcessError. As an async iterable it gives its lines as they come. */
  export interface Command extends PromiseLike<ProcessOutput>, AsyncIterable<string> {
    readonly command: string;
    readonly pid: number | undefined;
    readonly exitCode: Promise<number | null>;
    readonly stdin: { write(data: string | Uint8Array): Promise<void>; end(data?: string | Uint8Array): void | Promise<void> };
    text(): Promise<string>;
    json(): Promise<any>;
    bytes(): Promise<Uint8Array>;
    lines(): PromiseLike<string[]> & AsyncIterable<string>;
    nothrow(on?: boolean): this;
    quiet(on?: boolean): this;
    verbose(on?: boolean): this;
    timeout(duration: Duration, signal?: string): this;
    signal(signal: AbortSignal): this;
    cwd(dir: string): this;
    env(env: Record<string, string | undefined>): this;
    input(data: CommandOptions["input"]): this;
    /** Sends its output to another command. */
    pipe(command: Command): Command;
    pipe(pieces: TemplateStringsArray, ...values: unknown[]): Command;
    pipe(writable: { write(chunk: Uint8Array): unknown; end?(): unknown }): Promise<ProcessOutput>;
    kill(signal?: string): this;
    catch<T>(fail: (error: any) => T | Promise<T>): Promise<ProcessOutput | T>;
    finally(fn: () => void): Promise<ProcessOutput>;
  }
  export interface Shell {
    (pieces: TemplateStringsArray, ...values: unknown[]): Command;
    (options: CommandOptions): Shell;
  }
  /** Runs a command in a shell. What is interpolated is quoted; an array's elements are several arguments. */
  export const $: Shell;
  /** A command failed: its message holds the last lines of stderr. */
  export class ProcessError extends Error {
    command: string;
    exitCode: number | null;
    signal: string | null;
    stdout: string;
    stderr: string;
    code?: string;
  }

  /**
   * What is thrown where a script that runs with --sandbox touches what no --allow flag
   * names: files, environment variables, programs, hosts, MCP servers and tools. Its
   * message says what was refused, and the flag that would allow it.
   */
  export class PermissionDenied extends Error {
    code: "ERR_ACCESS_DENIED";
    permission: "FileSystemRead" | "FileSystemWrite" | "Env" | "ChildProcess" | "Net" | "Server" | "Tool";
    /** The path, variable, program, "host:port", target or tool that was asked for. */
    resource: string;
  }

  export interface PromptOptions<T = string> {
    /** The answer to an empty line, and where the input has ended. */
    default?: T;
    /** The answers to choose from. */
    choices?: (T | { value: T; label: string })[];
    /** Does not show what is typed. */
    secret?: boolean;
    /** Gives true where the answer is good, else what is wrong with it. */
    validate?(answer: T): boolean | string | undefined | Promise<boolean | string | undefined>;
    signal?: AbortSignal;
  }
  /** Asks on stderr and reads a line of stdin. */
  export function prompt<T = string>(question: string, options?: PromptOptions<T>): Promise<T>;

  export interface ProgressBar {
    readonly value: number;
    total: number | undefined;
    tick(n?: number, title?: string): this;
    update(value: number, title?: string): this;
    done(title?: string): void;
    [Symbol.dispose](): void;
  }
  /** A bar on stderr; where that is no terminal, one line at the end. */
  export function progressBar(total?: number, options?: { title?: string }): ProgressBar;

  /** Rows as aligned text. */
  export function table(rows: unknown[], columns?: string[]): string;

  const self: typeof import("mcpjs");
  export default self;
}
