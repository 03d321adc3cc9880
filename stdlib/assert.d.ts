declare module "assert" {
  function assert(value: unknown, message?: string | Error): asserts value;
  namespace assert {
    type Expected = RegExp | Error | Record<string, any> | (new (...args: any[]) => object) | ((error: any) => boolean);
    class AssertionError extends Error {
      constructor(options?: { message?: string; actual?: unknown; expected?: unknown; operator?: string });
      actual: unknown; expected: unknown; operator: string; generatedMessage: boolean; code: "ERR_ASSERTION";
    }
    function ok(value: unknown, message?: string | Error): asserts value;
    function equal(actual: unknown, expected: unknown, message?: string | Error): void;
    function notEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function strictEqual<T>(actual: unknown, expected: T, message?: string | Error): asserts actual is T;
    function notStrictEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function deepEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function notDeepEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function deepStrictEqual<T>(actual: unknown, expected: T, message?: string | Error): asserts actual is T;
    function notDeepStrictEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    function fail(message?: string | Error): never;
    function ifError(value: unknown): asserts value is null | undefined;
    function match(text: string, pattern: RegExp, message?: string | Error): void;
    function doesNotMatch(text: string, pattern: RegExp, message?: string | Error): void;
    function throws(fn: () => unknown, expected?: Expected | string, message?: string | Error): void;
    function doesNotThrow(fn: () => unknown, message?: string | Error): void;
    function rejects(promise: Promise<unknown> | (() => Promise<unknown>), expected?: Expected | string, message?: string | Error): Promise<void>;
    function doesNotReject(promise: Promise<unknown> | (() => Promise<unknown>), message?: string | Error): Promise<void>;
    const strict: typeof assert;
  }
  export = assert;
}
declare module "node:assert" { import assert = require("assert"); export = assert; }
declare module "assert/strict" { import assert = require("assert"); export = assert; }
declare module "node:assert/strict" { import assert = require("assert"); export = assert; }
