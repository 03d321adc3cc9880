declare module "stream" {
  import { EventEmitter } from "events";
  type Chunk = any;
  type Done = (error?: Error | null) => void;
  interface StreamOptions { highWaterMark?: number; objectMode?: boolean; autoDestroy?: boolean; emitClose?: boolean; signal?: AbortSignal; destroy?(error: Error | null, done: Done): void }
  interface ReadableOptions extends StreamOptions { encoding?: string; read?(this: Readable, size: number): void }
  interface WritableOptions extends StreamOptions { decodeStrings?: boolean; defaultEncoding?: string; write?(this: Writable, chunk: Chunk, encoding: string, done: Done): void; final?(this: Writable, done: Done): void }
  interface DuplexOptions extends ReadableOptions, WritableOptions { allowHalfOpen?: boolean; readableObjectMode?: boolean; writableObjectMode?: boolean; read?(this: any, size: number): void; write?(this: any, chunk: Chunk, encoding: string, done: Done): void; final?(this: any, done: Done): void }
  interface TransformOptions extends DuplexOptions { transform?(this: Transform, chunk: Chunk, encoding: string, done: (error?: Error | null, chunk?: Chunk) => void): void; flush?(this: Transform, done: (error?: Error | null, chunk?: Chunk) => void): void }
  export class Stream extends EventEmitter {
    readonly destroyed: boolean;
    readonly closed: boolean;
    readonly errored: Error | null;
    destroy(error?: Error): this;
    pipe<T extends Writable>(to: T, options?: { end?: boolean }): T;
    [Symbol.asyncDispose](): Promise<void>;
    static Stream: typeof Stream;
    static Readable: typeof Readable;
    static Writable: typeof Writable;
    static Duplex: typeof Duplex;
    static Transform: typeof Transform;
    static PassThrough: typeof PassThrough;
    static pipeline(...streams: any[]): any;
    static finished(stream: Stream, options: { signal?: AbortSignal; readable?: boolean; writable?: boolean } | ((error?: Error) => void), callback?: (error?: Error) => void): () => void;
    static addAbortSignal<T extends Stream>(signal: AbortSignal, stream: T): T;
    static isReadable(stream: Stream): boolean;
    static isErrored(stream: Stream): boolean;
    static isDisturbed(stream: Stream): boolean;
    static getDefaultHighWaterMark(objectMode?: boolean): number;
    static setDefaultHighWaterMark(objectMode: boolean, value: number): void;
    static promises: { pipeline(...streams: any[]): Promise<any>; finished(stream: Stream, options?: { signal?: AbortSignal }): Promise<void> };
  }
  export class Readable extends Stream implements AsyncIterable<any> {
    constructor(options?: ReadableOptions);
    static from(source: string | Uint8Array | Iterable<any> | AsyncIterable<any>, options?: ReadableOptions): Readable;
    readonly readable: boolean;
    readonly readableEnded: boolean;
    readonly readableFlowing: boolean | null;
    readonly readableLength: number;
    readonly readableHighWaterMark: number;
    readonly readableObjectMode: boolean;
    readonly readableEncoding: string | null;
    readonly readableAborted: boolean;
    _read(size: number): void;
    push(chunk: Chunk, encoding?: string): boolean;
    unshift(chunk: Chunk, encoding?: string): void;
    read(size?: number): any;
    setEncoding(encoding: string): this;
    resume(): this;
    pause(): this;
    isPaused(): boolean;
    unpipe(to?: Writable): this;
    iterator(options?: { destroyOnReturn?: boolean }): AsyncIterableIterator<any>;
    toArray(): Promise<any[]>;
    forEach(fn: (chunk: any) => unknown): Promise<void>;
    map(fn: (chunk: any) => any): Readable;
    filter(fn: (chunk: any) => unknown): Readable;
    reduce<T>(fn: (previous: T, chunk: any) => T | Promise<T>, initial?: T): Promise<T>;
    [Symbol.asyncIterator](): AsyncIterableIterator<any>;
  }
  export class Writable extends Stream {
    constructor(options?: WritableOptions);
    readonly writable: boolean;
    readonly writableEnded: boolean;
    readonly writableFinished: boolean;
    readonly writableLength: number;
    readonly writableNeedDrain: boolean;
    readonly writableHighWaterMark: number;
    readonly writableObjectMode: boolean;
    readonly writableCorked: number;
    cork(): void;
    uncork(): void;
    setDefaultEncoding(encoding: string): this;
    _write(chunk: Chunk, encoding: string, done: Done): void;
    write(chunk: Chunk, encoding?: string | Done, done?: Done): boolean;
    end(chunk?: Chunk | (() => void), encoding?: string | (() => void), done?: () => void): this;
  }
  export class Duplex extends Readable {
    constructor(options?: DuplexOptions);
    readonly writable: boolean;
    readonly writableEnded: boolean;
    readonly writableFinished: boolean;
    readonly writableLength: number;
    readonly writableNeedDrain: boolean;
    readonly writableHighWaterMark: number;
    readonly writableObjectMode: boolean;
    readonly writableCorked: number;
    cork(): void;
    uncork(): void;
    setDefaultEncoding(encoding: string): this;
    write(chunk: Chunk, encoding?: string | Done, done?: Done): boolean;
    end(chunk?: Chunk | (() => void), encoding?: string | (() => void), done?: () => void): this;
  }
  export class Transform extends Duplex { constructor(options?: TransformOptions) }
  export class PassThrough extends Transform {}
  export const pipeline: typeof Stream.pipeline;
  export const finished: typeof Stream.finished;
  export const addAbortSignal: typeof Stream.addAbortSignal;
  export const promises: typeof Stream.promises;
  export const isReadable: typeof Stream.isReadable;
  export const isErrored: typeof Stream.isErrored;
  export const isDisturbed: typeof Stream.isDisturbed;
  export const getDefaultHighWaterMark: typeof Stream.getDefaultHighWaterMark;
  export const setDefaultHighWaterMark: typeof Stream.setDefaultHighWaterMark;
  export default Stream;
}
declare module "node:stream" { export * from "stream"; export { default } from "stream"; }
declare module "stream/promises" {
  import Stream from "stream";
  export const pipeline: typeof Stream.promises.pipeline;
  export const finished: typeof Stream.promises.finished;
  const self: typeof import("stream/promises");
  export default self;
}
declare module "node:stream/promises" { export * from "stream/promises"; export { default } from "stream/promises"; }
declare module "string_decoder" {
  export class StringDecoder { constructor(encoding?: string); readonly encoding: string; write(chunk: Uint8Array): string; end(chunk?: Uint8Array): string }
  const self: typeof import("string_decoder");
  export default self;
}
declare module "node:string_decoder" { export * from "string_decoder"; export { default } from "string_decoder"; }
