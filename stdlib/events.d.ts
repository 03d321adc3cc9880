declare module "events" {
  type Listener = (...args: any[]) => void;
  export class EventEmitter {
    constructor(options?: { captureRejections?: boolean });
    static defaultMaxListeners: number;
    static captureRejections: boolean;
    static readonly errorMonitor: unique symbol;
    static readonly captureRejectionSymbol: unique symbol;
    static once(emitter: EventEmitter | EventTarget, name: string | symbol, options?: { signal?: AbortSignal }): Promise<any[]>;
    static on(emitter: EventEmitter | EventTarget, name: string | symbol, options?: { signal?: AbortSignal; close?: string[] }): AsyncIterableIterator<any[]>;
    static listenerCount(emitter: EventEmitter, name: string | symbol): number;
    static getEventListeners(emitter: EventEmitter | EventTarget, name: string | symbol): Listener[];
    static getMaxListeners(emitter: EventEmitter | EventTarget): number;
    static setMaxListeners(n?: number, ...emitters: EventEmitter[]): void;
    static addAbortListener(signal: AbortSignal, listener: () => void): Disposable;
    static EventEmitter: typeof EventEmitter;
    on(name: string | symbol, listener: Listener): this;
    addListener(name: string | symbol, listener: Listener): this;
    once(name: string | symbol, listener: Listener): this;
    prependListener(name: string | symbol, listener: Listener): this;
    prependOnceListener(name: string | symbol, listener: Listener): this;
    off(name: string | symbol, listener: Listener): this;
    removeListener(name: string | symbol, listener: Listener): this;
    removeAllListeners(name?: string | symbol): this;
    emit(name: string | symbol, ...args: any[]): boolean;
    listeners(name: string | symbol): Listener[];
    rawListeners(name: string | symbol): Listener[];
    listenerCount(name: string | symbol, listener?: Listener): number;
    eventNames(): (string | symbol)[];
    setMaxListeners(n: number): this;
    getMaxListeners(): number;
  }
  export const once: typeof EventEmitter.once;
  export const on: typeof EventEmitter.on;
  export const defaultMaxListeners: number;
  export const captureRejections: boolean;
  export const captureRejectionSymbol: typeof EventEmitter.captureRejectionSymbol;
  export const listenerCount: typeof EventEmitter.listenerCount;
  export const getEventListeners: typeof EventEmitter.getEventListeners;
  export const getMaxListeners: typeof EventEmitter.getMaxListeners;
  export const setMaxListeners: typeof EventEmitter.setMaxListeners;
  export const errorMonitor: typeof EventEmitter.errorMonitor;
  export const addAbortListener: typeof EventEmitter.addAbortListener;
  export default EventEmitter;
}
declare module "node:events" { export * from "events"; export { default } from "events"; }
