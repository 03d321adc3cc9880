declare module "util" {
  export const inspect: { (value: unknown, options?: InspectOptions): string; (value: unknown, showHidden?: boolean, depth?: number | null, colors?: boolean): string; readonly custom: unique symbol; readonly defaultOptions: InspectOptions; readonly colors: Record<string, [number, number]> };
  export function format(format?: unknown, ...args: unknown[]): string;
  export function formatWithOptions(options: InspectOptions, format?: unknown, ...args: unknown[]): string;
  export const promisify: { (fn: (...args: any[]) => any): (...args: any[]) => Promise<any>; readonly custom: unique symbol };
  export function callbackify(fn: (...args: any[]) => Promise<any>): (...args: any[]) => void;
  export function inherits(constructor: Function, base: Function): void;
  export function isDeepStrictEqual(a: unknown, b: unknown): boolean;
  export function deprecate<F extends Function>(fn: F, message: string, code?: string): F;
  export const debug: typeof debuglog;
  export function debuglog(section: string): { (...args: unknown[]): void; readonly enabled: boolean };
  /** Plain where the stream, by default stdout, shows no colours; validateStream: false colours all the same. */
  export function styleText(format: string | string[], text: string, options?: { validateStream?: boolean; stream?: unknown }): string;
  export function stripVTControlCharacters(text: string): string;
  export function toUSVString(text: string): string;
  export function aborted(signal: AbortSignal, resource?: object): Promise<void>;
  interface ParseArgsOption { type: "string" | "boolean"; short?: string; multiple?: boolean; default?: string | boolean | string[] | boolean[] }
  export function parseArgs(config?: { args?: string[]; options?: Record<string, ParseArgsOption>; strict?: boolean; allowPositionals?: boolean; allowNegative?: boolean; tokens?: boolean }):
    { values: Record<string, any>; positionals: string[]; tokens?: object[] };
  /** Old; see Array.isArray. */
  export const isArray: typeof Array.isArray;
  /** "ENOENT" for -2. */
  export function getSystemErrorName(number: number): string | undefined;
  export const types: typeof import("util/types");
  export import TextEncoder = globalThis.TextEncoder;
  export import TextDecoder = globalThis.TextDecoder;
  const self: typeof import("util");
  export default self;
}
declare module "node:util" { export * from "util"; export { default } from "util"; }
declare module "util/types" {
  export function isPromise(value: unknown): value is Promise<unknown>;
  export function isRegExp(value: unknown): value is RegExp;
  export function isDate(value: unknown): value is Date;
  export function isMap(value: unknown): value is Map<unknown, unknown>;
  export function isSet(value: unknown): value is Set<unknown>;
  export function isWeakMap(value: unknown): value is WeakMap<object, unknown>;
  export function isWeakSet(value: unknown): value is WeakSet<object>;
  export function isNativeError(value: unknown): value is Error;
  export function isProxy(value: unknown): boolean;
  export function isArrayBuffer(value: unknown): value is ArrayBuffer;
  export function isAnyArrayBuffer(value: unknown): value is ArrayBufferLike;
  export function isSharedArrayBuffer(value: unknown): boolean;
  export function isDataView(value: unknown): value is DataView;
  export function isArrayBufferView(value: unknown): value is ArrayBufferView;
  export function isTypedArray(value: unknown): boolean;
  export function isAsyncFunction(value: unknown): boolean;
  export function isGeneratorFunction(value: unknown): value is GeneratorFunction;
  export function isGeneratorObject(value: unknown): value is Generator;
  export function isNumberObject(value: unknown): boolean;
  export function isStringObject(value: unknown): boolean;
  export function isBooleanObject(value: unknown): boolean;
  export function isSymbolObject(value: unknown): boolean;
  export function isBigIntObject(value: unknown): boolean;
  export function isMapIterator(value: unknown): boolean;
  export function isSetIterator(value: unknown): boolean;
  export function isArgumentsObject(value: unknown): boolean;
  export function isModuleNamespaceObject(value: unknown): boolean;
  export function isExternal(value: unknown): boolean;
  export function isBoxedPrimitive(value: unknown): boolean;
  export function isInt8Array(value: unknown): value is Int8Array;
  export function isUint8Array(value: unknown): value is Uint8Array;
  export function isUint8ClampedArray(value: unknown): value is Uint8ClampedArray;
  export function isInt16Array(value: unknown): value is Int16Array;
  export function isUint16Array(value: unknown): value is Uint16Array;
  export function isInt32Array(value: unknown): value is Int32Array;
  export function isUint32Array(value: unknown): value is Uint32Array;
  export function isFloat32Array(value: unknown): value is Float32Array;
  export function isFloat64Array(value: unknown): value is Float64Array;
  export function isBigInt64Array(value: unknown): value is BigInt64Array;
  export function isBigUint64Array(value: unknown): value is BigUint64Array;
  const self: typeof import("util/types");
  export default self;
}
declare module "node:util/types" { export * from "util/types"; export { default } from "util/types"; }
