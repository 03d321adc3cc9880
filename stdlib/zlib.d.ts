declare module "zlib" {
  type Input = string | ArrayBuffer | ArrayBufferView;
  interface Options {
    /** 0 (none) to 9 (best); -1, the default, is a middle. */
    level?: number;
    /** What would become longer than so many bytes throws ERR_BUFFER_TOO_LARGE. */
    maxOutputLength?: number;
  }
  type Callback = (error: Error | null, result: Buffer) => void;
  interface Compress { (data: Input, callback: Callback): void; (data: Input, options: Options, callback: Callback): void }
  export const gzip: Compress, gunzip: Compress, deflate: Compress, inflate: Compress, deflateRaw: Compress, inflateRaw: Compress, unzip: Compress;
  export function gzipSync(data: Input, options?: Options): Buffer;
  export function gunzipSync(data: Input, options?: Options): Buffer;
  export function deflateSync(data: Input, options?: Options): Buffer;
  export function inflateSync(data: Input, options?: Options): Buffer;
  export function deflateRawSync(data: Input, options?: Options): Buffer;
  export function inflateRawSync(data: Input, options?: Options): Buffer;
  /** What gunzip or inflate gives, whichever it takes. */
  export function unzipSync(data: Input, options?: Options): Buffer;
  /** A stream, as are the ones below; each gives its output when its input has ended. */
  export function createGzip(options?: Options): import("stream").Transform;
  export function createGunzip(options?: Options): import("stream").Transform;
  export function createDeflate(options?: Options): import("stream").Transform;
  export function createInflate(options?: Options): import("stream").Transform;
  export function createDeflateRaw(options?: Options): import("stream").Transform;
  export function createInflateRaw(options?: Options): import("stream").Transform;
  export function createUnzip(options?: Options): import("stream").Transform;
  export function crc32(data: Input, value?: number): number;
  export const constants: Record<string, number>;
  const self: typeof import("zlib");
  export default self;
}
declare module "node:zlib" { export * from "zlib"; export { default } from "zlib"; }
