interface InspectOptions {
  /** Levels of nested objects that are shown; null for all. Default 2. */
  depth?: number | null;
  colors?: boolean;
  showHidden?: boolean;
  showProxy?: boolean;
  customInspect?: boolean;
  maxArrayLength?: number | null;
  maxStringLength?: number | null;
  breakLength?: number;
  compact?: boolean | number;
  sorted?: boolean;
  getters?: boolean;
}

interface Console {
  /** Writes to stderr, unless value is true. */
  assert(value?: unknown, message?: unknown, ...args: unknown[]): void;
  /** Clears the terminal, if stdout is one. */
  clear(): void;
  /** Writes how often it was called with this label. */
  count(label?: string): void;
  countReset(label?: string): void;
  /** Writes to stdout, as log. */
  debug(...args: unknown[]): void;
  /** Writes a value to stdout, inspected with these options. */
  dir(value: unknown, options?: InspectOptions): void;
  dirxml(...args: unknown[]): void;
  /** Writes to stderr, formatted as by log. */
  error(...args: unknown[]): void;
  /** Indents what is written until groupEnd by two more spaces. */
  group(...label: unknown[]): void;
  groupCollapsed(...label: unknown[]): void;
  groupEnd(): void;
  /** Writes to stdout, as log. */
  info(...args: unknown[]): void;
  /** Writes to stdout. A first string may have %s, %d, %i, %f, %j, %o, %O, %c and %%. */
  log(...args: unknown[]): void;
  /** Draws rows as a table on stdout; with properties, only these columns. */
  table(rows: unknown, properties?: readonly string[]): void;
  /** Starts a stopwatch. */
  time(label?: string): void;
  /** Writes the time since time(label) to stdout, and forgets it. */
  timeEnd(label?: string): void;
  timeLog(label?: string, ...args: unknown[]): void;
  /** Writes to stderr, with the stack of the call. */
  trace(...args: unknown[]): void;
  /** Writes to stderr, formatted as by log. */
  warn(...args: unknown[]): void;
  profile(label?: string): void;
  profileEnd(label?: string): void;
  timeStamp(label?: string): void;
}

declare var console: Console;

declare module "console" {
  const console: Console;
  export = console;
}
declare module "node:console" { import console = require("console"); export = console; }
