declare module "async_hooks" {
  /** A value that everything sees which run() began, also what runs later. */
  export class AsyncLocalStorage<T = any> {
    constructor(options?: { defaultValue?: T; name?: string });
    readonly name: string;
    getStore(): T | undefined;
    run<R, A extends any[]>(store: T, fn: (...args: A) => R, ...args: A): R;
    exit<R, A extends any[]>(fn: (...args: A) => R, ...args: A): R;
    enterWith(store: T): void;
    disable(): void;
    static bind<F extends (...args: any[]) => any>(fn: F): F;
    static snapshot(): (fn: (...args: any[]) => any, ...args: any[]) => any;
  }
  export class AsyncResource {
    constructor(type: string, options?: any);
    runInAsyncScope<R, A extends any[]>(fn: (...args: A) => R, self?: any, ...args: A): R;
    bind<F extends (...args: any[]) => any>(fn: F, self?: any): F;
    emitDestroy(): this;
    readonly type: string;
    asyncId(): number;
    triggerAsyncId(): number;
    static bind<F extends (...args: any[]) => any>(fn: F, type?: string, self?: any): F;
  }
  /** Hooks may be made, and hear of nothing. */
  export function createHook(callbacks: any): { enable(): any; disable(): any };
  export function executionAsyncId(): number;
  export function triggerAsyncId(): number;
  export function executionAsyncResource(): object;
  const self: typeof import("async_hooks");
  export default self;
}
declare module "node:async_hooks" { export * from "async_hooks"; export { default } from "async_hooks"; }
