declare module "test" {
  interface TestOptions { only?: boolean; skip?: boolean | string; todo?: boolean | string; timeout?: number | string }
  interface TestContext {
    readonly name: string;
    readonly fullName: string;
    readonly signal: AbortSignal;
    /** As the module's; what it mocked is put back when the test has ended. */
    readonly mock: typeof test.mock;
    /** The module assert, whose checks count for plan. */
    readonly assert: typeof import("assert");
    /** The test fails unless it makes that many checks with t.assert and subtests. */
    plan(count: number): void;
    /** A subtest. The test waits for it, awaited or not. */
    test(name: string, fn: TestFunction): Promise<void>;
    test(name: string, options: TestOptions, fn: TestFunction): Promise<void>;
    diagnostic(message: string): void;
    skip(message?: string): void;
    todo(message?: string): void;
    before(fn: () => unknown): void;
    after(fn: () => unknown): void;
    beforeEach(fn: () => unknown): void;
    afterEach(fn: () => unknown): void;
  }
  type TestFunction = (t: TestContext, done: (error?: any) => void) => unknown;
  interface Register { (name: string, fn?: TestFunction): Promise<void>; (name: string, options: TestOptions, fn?: TestFunction): Promise<void>; (fn: TestFunction): Promise<void> }
  interface Tests extends Register { skip: Register; todo: Register; only: Register }
  type Mock<F extends (...args: any[]) => any> = F & { mock: { calls: { arguments: any[]; result: any; error: any; this: any }[]; callCount(): number; resetCalls(): void; mockImplementation(fn: F): void; mockImplementationOnce(fn: F, onCall?: number): void; restore(): void } };
  const test: Tests & {
    test: Tests; it: Tests; describe: Tests; suite: Tests;
    before(fn: () => unknown): void; after(fn: () => unknown): void; beforeEach(fn: () => unknown): void; afterEach(fn: () => unknown): void;
    mock: {
      fn<F extends (...args: any[]) => any>(original?: F, implementation?: F): Mock<F>;
      method<T extends object>(object: T, name: keyof T, implementation?: (...args: any[]) => any): Mock<(...args: any[]) => any>;
      restoreAll(): void;
      reset(): void;
    };
  };
  export = test;
}
declare module "node:test" { import test = require("test"); export = test; }
