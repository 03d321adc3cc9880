declare module "util" {
  export const inspect: { (value: unknown, options?: InspectOptions): string; (value: unknown, showHidden?: boolean, depth?: number | null, colors?: boolean): string; readonly custom: unique symbol };
  export function format(format?: unknown, ...args: unknown[]): string;
  export function formatWithOptions(options: InspectOptions, format?: unknown, ...args: unknown[]): string;
  export const promisify: { (fn: (...args: any[]) => any): (...args: any[]) => Promise<any>; readonly custom: unique symbol };
  export function callbackify(fn: (...args: any[]) => Promise<any>): (...args: any[]) => void;
  export function inherits(constructor: Function, base: Function): void;
  export function isDeepStrictEqual(a: unknown, b: unknown): boolean;
  export function deprecate<F extends Function>(fn: F, message: string, code?: string): F;
  export function debuglog(section: string): { (...args: unknown[]): void; readonly enabled: boolean };
  /** Plain where the stream, by default stdout, shows no colours; validateStream: false colours all the same. */
  export function styleText(format: string | string[], text: string, options?: { validateStream?: boolean; stream?: unknown }): string;
  export function stripVTControlCharacters(text: string): string;
  export function toUSVString(text: string): string;
  export function aborted(signal: AbortSignal, resource?: object): Promise<void>;
  interface ParseArgsOption { type: "string" | "boolean"; short?: string; multiple?: boolean; default?: string | boolean | string[] | boolean[] }
  export function parseArgs(config?: { args?: string[]; options?: Record<string, ParseArgsOption>; strict?: boolean; allowPositionals?: boolean; allowNegative?: boolean; tokens?: boolean }):
    { values: Record<string, any>; positionals: string[]; tokens?: object[] };
  export const types: Record<`is${string}`, (value: unknown) => boolean>;
  export const TextEncoder: typeof globalThis.TextEncoder;
  export const TextDecoder: typeof globalThis.TextDecoder;
  const self: typeof import("util");
  export default self;
}
declare module "node:util" { export * from "util"; export { default } from "util"; }
declare module "util/types" { const types: Record<`is${string}`, (value: unknown) => boolean>; export = types; }
