declare module "path" {
  interface ParsedPath { root: string; dir: string; base: string; ext: string; name: string }
  interface Path {
    readonly sep: "/" | "\\";
    readonly delimiter: ":" | ";";
    normalize(path: string): string;
    join(...paths: string[]): string;
    resolve(...paths: string[]): string;
    relative(from: string, to: string): string;
    dirname(path: string): string;
    basename(path: string, suffix?: string): string;
    extname(path: string): string;
    isAbsolute(path: string): boolean;
    parse(path: string): ParsedPath;
    format(path: Partial<ParsedPath>): string;
    toNamespacedPath(path: string): string;
    matchesGlob(path: string, pattern: string): boolean;
    readonly posix: Path;
    readonly win32: Path;
  }
  const path: Path;
  export = path;
}
declare module "node:path" { import path = require("path"); export = path; }
declare module "path/posix" { import path = require("path"); const posix: typeof path.posix; export = posix; }
declare module "node:path/posix" { import path = require("path"); const posix: typeof path.posix; export = posix; }
declare module "path/win32" { import path = require("path"); const win32: typeof path.win32; export = win32; }
declare module "node:path/win32" { import path = require("path"); const win32: typeof path.win32; export = win32; }
