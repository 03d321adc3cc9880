declare module "module" {
  interface Require {
    /** A module's exports: one of mcpjs's own, a package, JSON or a file. */
    (id: string): any;
    /** The path of the file that id names, or the name of a module of mcpjs's own. */
    resolve(id: string): string;
  }
  /** A require function that looks from a file, given as path or file: URL. */
  export function createRequire(from: string | URL): Require;
  /** The modules of node's that mcpjs has. */
  export const builtinModules: string[];
  /** Whether a name, with or without "node:", is one of those. */
  export function isBuiltin(name: string): boolean;
  /** What packages ask for and needs nothing here: a cache that is not kept, hooks that are not called, maps that are not found. */
  export function enableCompileCache(...args: any[]): any;
  export function register(...args: any[]): any;
  export function syncBuiltinESMExports(): void;
  export function findSourceMap(path: string): any;
  export const Module: any;
  const self: typeof import("module");
  export default self;
}
declare module "node:module" { export * from "module"; export { default } from "module"; }
