declare module "readline" {
  import { EventEmitter } from "events";
  interface Options { input: any; output?: any; prompt?: string; terminal?: boolean; crlfDelay?: number; signal?: AbortSignal }
  export class Interface extends EventEmitter implements AsyncIterable<string> {
    readonly closed: boolean;
    readonly terminal: boolean;
    readonly line: string;
    readonly cursor: number;
    readonly input: any;
    readonly output: any;
    getCursorPos(): { rows: number; cols: number };
    [Symbol.dispose](): void;
    question(query: string, done: (answer: string) => void): void;
    question(query: string, options: { signal?: AbortSignal }, done: (answer: string) => void): void;
    setPrompt(prompt: string): void;
    getPrompt(): string;
    prompt(): void;
    pause(): this;
    resume(): this;
    write(data: string): void;
    close(): void;
    [Symbol.asyncIterator](): AsyncIterableIterator<string>;
  }
  export function createInterface(options: Options): Interface;
  export function clearLine(stream: any, direction: -1 | 0 | 1, done?: () => void): boolean;
  export function clearScreenDown(stream: any, done?: () => void): boolean;
  export function cursorTo(stream: any, x: number, y?: number, done?: () => void): boolean;
  export function moveCursor(stream: any, dx: number, dy: number, done?: () => void): boolean;
  /** Without effect: keys come as lines. */
  export function emitKeypressEvents(stream: any, readline?: Interface): void;
  export const promises: typeof import("readline/promises");
  const self: typeof import("readline");
  export default self;
}
declare module "node:readline" { export * from "readline"; export { default } from "readline"; }
declare module "readline/promises" {
  import { Interface as Base } from "readline";
  const Quiet: Omit<typeof Base, "prototype"> & (new () => Omit<Base, "question">);
  export class Interface extends Quiet {
    private constructor();
    question(query: string, options?: { signal?: AbortSignal }): Promise<string>;
  }
  export function createInterface(options: { input: any; output?: any; prompt?: string; signal?: AbortSignal }): Interface;
  const self: typeof import("readline/promises");
  export default self;
}
declare module "node:readline/promises" { export * from "readline/promises"; export { default } from "readline/promises"; }
declare module "querystring" {
  export function parse(text: string, separator?: string, equals?: string, options?: { maxKeys?: number }): Record<string, string | string[]>;
  export function stringify(value: object, separator?: string, equals?: string): string;
  export function escape(text: string): string;
  export function unescape(text: string): string;
  export const decode: typeof parse;
  export const encode: typeof stringify;
  const self: typeof import("querystring");
  export default self;
}
declare module "node:querystring" { export * from "querystring"; export { default } from "querystring"; }
declare module "timers/promises" {
  export function setTimeout<T = void>(ms?: number, value?: T, options?: { signal?: AbortSignal }): Promise<T>;
  export function setImmediate<T = void>(value?: T, options?: { signal?: AbortSignal }): Promise<T>;
  export function setInterval<T = void>(ms?: number, value?: T, options?: { signal?: AbortSignal }): AsyncIterableIterator<T>;
  export const scheduler: { wait(ms: number, options?: { signal?: AbortSignal }): Promise<void>; yield(): Promise<void> };
  const self: typeof import("timers/promises");
  export default self;
}
declare module "node:timers/promises" { export * from "timers/promises"; export { default } from "timers/promises"; }
