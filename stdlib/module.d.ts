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
}
