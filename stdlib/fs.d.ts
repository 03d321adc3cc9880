declare module "fs" {
  export type PathLike = string | Uint8Array | URL;
  export type Data = string | ArrayBufferView;
  export type ReadOptions = string | null | { encoding?: string | null; flag?: string; signal?: AbortSignal };
  type Encoding = "utf8" | "utf-8" | "utf16le" | "ucs2" | "latin1" | "binary" | "ascii" | "base64" | "base64url" | "hex";
  export type TextOptions = Encoding | { encoding: Encoding; flag?: string; signal?: AbortSignal };
  export type WriteOptions = string | null | { encoding?: string | null; mode?: number | string; flag?: string; signal?: AbortSignal };
  export interface CopyOptions { recursive?: boolean; force?: boolean; errorOnExist?: boolean; dereference?: boolean; preserveTimestamps?: boolean; mode?: number; filter?(from: string, to: string): boolean | Promise<boolean> }
  export class Stats {
    private constructor();
    isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean; isFIFO(): boolean; isSocket(): boolean; isBlockDevice(): boolean; isCharacterDevice(): boolean;
    dev: number; ino: number; mode: number; nlink: number; uid: number; gid: number; rdev: number; size: number; blksize: number; blocks: number;
    atimeMs: number; mtimeMs: number; ctimeMs: number; birthtimeMs: number; atime: Date; mtime: Date; ctime: Date; birthtime: Date;
  }
  export class Dirent {
    private constructor();
    isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean; isFIFO(): boolean; isSocket(): boolean; isBlockDevice(): boolean; isCharacterDevice(): boolean;
    name: string; parentPath: string; path: string;
  }
  export interface FileHandle {
    readonly fd: number;
    read(buffer?: ArrayBufferView | object, offset?: number, length?: number, position?: number | null): Promise<{ bytesRead: number; buffer: any }>;
    write(data: Data, position?: number | null, encoding?: string): Promise<{ bytesWritten: number; buffer: any }>;
    readFile(options: TextOptions): Promise<string>;
    readFile(options?: ReadOptions): Promise<any>;
    writeFile(data: Data, options?: WriteOptions): Promise<void>;
    appendFile(data: Data, options?: WriteOptions): Promise<void>;
    readLines(): AsyncIterable<string>;
    stat(): Promise<Stats>;
    truncate(size?: number): Promise<void>;
    sync(): Promise<void>;
    datasync(): Promise<void>;
    close(): Promise<void>;
    createReadStream(options?: object): import("stream").Readable;
    createWriteStream(options?: object): import("stream").Writable;
    [Symbol.asyncDispose](): Promise<void>;
  }
  export const constants: Record<string, number>;
  export function existsSync(path: PathLike): boolean;
  export function openSync(path: PathLike, flags?: string | number, mode?: number | string): number;
  export function closeSync(fd: number): void;
  export function readSync(fd: number, buffer: ArrayBufferView, offset?: number, length?: number, position?: number | null): number;
  export function writeSync(fd: number, data: Data, position?: number | null, encoding?: string): number;
  export function fstatSync(fd: number): Stats;
  import { Readable, Writable } from "stream";
  export class ReadStream extends Readable { private constructor(); readonly path?: string; readonly fd: number | null; readonly bytesRead: number; readonly pending: boolean; close(done?: () => void): void }
  export class WriteStream extends Writable { private constructor(); readonly path?: string; readonly fd: number | null; readonly bytesWritten: number; readonly pending: boolean; close(done?: () => void): void }
  export interface Dir extends AsyncIterable<Dirent> { readonly path: string; read(): Promise<Dirent | null>; readSync(): Dirent | null; close(): Promise<void>; closeSync(): void }
  export const F_OK: number;
  export const R_OK: number;
  export const W_OK: number;
  export const X_OK: number;
  export function ftruncateSync(fd: number, size?: number): void;
  export function fsyncSync(fd: number): void;
  export function fdatasyncSync(fd: number): void;
  export function opendirSync(path: PathLike, options?: { recursive?: boolean }): Dir;
  export function createReadStream(path: PathLike, options?: string | { encoding?: string; start?: number; end?: number; highWaterMark?: number; flags?: string; signal?: AbortSignal }): ReadStream;
  export function createWriteStream(path: PathLike, options?: string | { encoding?: string; flags?: string; mode?: number; start?: number; signal?: AbortSignal }): WriteStream;
  type Callback = (error: Error | null, result?: any) => void;
  export function open(...args: [...any[], Callback]): void;
  export function close(...args: [...any[], Callback]): void;
  export function read(...args: [...any[], (error: Error | null, bytesRead: number, buffer: any) => void]): void;
  export function write(...args: [...any[], (error: Error | null, bytesWritten: number, data: any) => void]): void;
  export function fstat(...args: [...any[], Callback]): void;
  export function fsync(...args: [...any[], Callback]): void;
  export function fdatasync(...args: [...any[], Callback]): void;
  export function ftruncate(...args: [...any[], Callback]): void;
  /**
   * Not available: it throws ERR_FEATURE_UNAVAILABLE_ON_PLATFORM. `mcpjs watch` runs a script again
   * when its files change; to look at a file now and then, use setInterval and stat.
   */
  export function watch(...args: any[]): never;
  /** Not available: see watch. */
  export function watchFile(...args: any[]): never;
  export function opendir(...args: [...any[], Callback]): void;
  /** Old; see existsSync and access. */
  export function exists(path: PathLike, done: (exists: boolean) => void): void;
  export function accessSync(path: PathLike, mode?: number): void;
  export function access(...args: [...any[], Callback]): void;
  export function appendFileSync(path: PathLike | number, data: Data, options?: WriteOptions): void;
  export function appendFile(...args: [...any[], Callback]): void;
  export function chmodSync(path: PathLike, mode: number | string): void;
  export function chmod(...args: [...any[], Callback]): void;
  export function chownSync(path: PathLike, uid: number, gid: number): void;
  export function chown(...args: [...any[], Callback]): void;
  export function copyFileSync(from: PathLike, to: PathLike, mode?: number): void;
  export function copyFile(...args: [...any[], Callback]): void;
  export function cpSync(from: PathLike, to: PathLike, options?: CopyOptions): void;
  export function cp(...args: [...any[], Callback]): void;
  export function linkSync(existing: PathLike, path: PathLike): void;
  export function link(...args: [...any[], Callback]): void;
  export function lstatSync(path: PathLike): Stats;
  export function lstat(...args: [...any[], Callback]): void;
  export function mkdirSync(path: PathLike, options?: number | string | { recursive?: boolean; mode?: number | string }): string | undefined;
  export function mkdir(...args: [...any[], Callback]): void;
  export function mkdtempSync(prefix: string): string;
  export function mkdtemp(...args: [...any[], Callback]): void;
  export function readFileSync(path: PathLike | number, options: TextOptions): string;
  export function readFileSync(path: PathLike | number, options: string | { encoding: string; flag?: string }): string;
  export function readFileSync(path: PathLike | number, options?: { encoding?: null; flag?: string } | null): Buffer;
  export function readFileSync(path: PathLike | number, options?: ReadOptions): string | Buffer;
  export function readFile(...args: [...any[], Callback]): void;
  export function readdirSync(path: PathLike, options?: { withFileTypes?: boolean; recursive?: boolean }): any[];
  export function readdir(...args: [...any[], Callback]): void;
  export function readlinkSync(path: PathLike): string;
  export function readlink(...args: [...any[], Callback]): void;
  interface RealpathSync { (path: PathLike): string; readonly native: RealpathSync }
  interface Realpath { (...args: [...any[], Callback]): void; readonly native: Realpath }
  export const realpathSync: RealpathSync;
  export const realpath: Realpath;
  export function renameSync(from: PathLike, to: PathLike): void;
  export function rename(...args: [...any[], Callback]): void;
  export function rmSync(path: PathLike, options?: { recursive?: boolean; force?: boolean }): void;
  export function rm(...args: [...any[], Callback]): void;
  export function rmdirSync(path: PathLike): void;
  export function rmdir(...args: [...any[], Callback]): void;
  export function statSync(path: PathLike): Stats;
  export function stat(...args: [...any[], Callback]): void;
  export function symlinkSync(target: PathLike, path: PathLike): void;
  export function symlink(...args: [...any[], Callback]): void;
  export function truncateSync(path: PathLike, size?: number): void;
  export function truncate(...args: [...any[], Callback]): void;
  export function unlinkSync(path: PathLike): void;
  export function unlink(...args: [...any[], Callback]): void;
  export function utimesSync(path: PathLike, accessed: number | string | Date, modified: number | string | Date): void;
  export function utimes(...args: [...any[], Callback]): void;
  export function writeFileSync(path: PathLike | number, data: Data, options?: WriteOptions): void;
  export function writeFile(...args: [...any[], Callback]): void;
  import * as promises from "fs/promises";
  export { promises };
  const self: typeof import("fs");
  export default self;
}
declare module "node:fs" { export * from "fs"; export { default } from "fs"; }
declare module "fs/promises" {
  import type { PathLike, FileHandle, Dir, Stats, TextOptions, ReadOptions, WriteOptions, Data, CopyOptions } from "fs";
  export const constants: Record<string, number>;
  export function open(path: PathLike, flags?: string | number, mode?: number | string): Promise<FileHandle>;
  export function opendir(path: PathLike): Promise<Dir>;
  export function access(path: PathLike, mode?: number): Promise<void>;
  export function appendFile(path: PathLike | FileHandle, data: Data, options?: WriteOptions): Promise<void>;
  export function chmod(path: PathLike, mode: number | string): Promise<void>;
  export function chown(path: PathLike, uid: number, gid: number): Promise<void>;
  export function copyFile(from: PathLike, to: PathLike, mode?: number): Promise<void>;
  export function cp(from: PathLike, to: PathLike, options?: CopyOptions): Promise<void>;
  export function link(existing: PathLike, path: PathLike): Promise<void>;
  export function lstat(path: PathLike): Promise<Stats>;
  export function mkdir(path: PathLike, options?: number | string | { recursive?: boolean; mode?: number | string }): Promise<string | undefined>;
  export function mkdtemp(prefix: string): Promise<string>;
  export function readFile(path: PathLike | FileHandle, options: TextOptions): Promise<string>;
  export function readFile(path: PathLike | FileHandle, options: string | { encoding: string; flag?: string; signal?: AbortSignal }): Promise<string>;
  export function readFile(path: PathLike | FileHandle, options?: { encoding?: null; flag?: string; signal?: AbortSignal } | null): Promise<Buffer>;
  export function readFile(path: PathLike | FileHandle, options?: ReadOptions): Promise<string | Buffer>;
  export function readdir(path: PathLike, options?: { withFileTypes?: boolean; recursive?: boolean }): Promise<any[]>;
  export function readlink(path: PathLike): Promise<string>;
  export function realpath(path: PathLike): Promise<string>;
  export function rename(from: PathLike, to: PathLike): Promise<void>;
  export function rm(path: PathLike, options?: { recursive?: boolean; force?: boolean }): Promise<void>;
  export function rmdir(path: PathLike): Promise<void>;
  export function stat(path: PathLike): Promise<Stats>;
  export function symlink(target: PathLike, path: PathLike): Promise<void>;
  export function truncate(path: PathLike, size?: number): Promise<void>;
  export function unlink(path: PathLike): Promise<void>;
  export function utimes(path: PathLike, accessed: number | string | Date, modified: number | string | Date): Promise<void>;
  /** Not available: it throws ERR_FEATURE_UNAVAILABLE_ON_PLATFORM. */
  export function watch(...args: any[]): never;
  export function writeFile(path: PathLike | FileHandle, data: Data, options?: WriteOptions): Promise<void>;
  const self: typeof import("fs/promises");
  export default self;
}
declare module "node:fs/promises" { export * from "fs/promises"; export { default } from "fs/promises"; }
