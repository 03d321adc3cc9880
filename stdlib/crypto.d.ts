declare class CryptoKey {
  private constructor();
  readonly type: "secret";
  readonly extractable: boolean;
  readonly algorithm: { name: "HMAC"; length: number; hash: { name: string } };
  readonly usages: ("sign" | "verify")[];
}
/** Digests (SHA-1, SHA-256, SHA-384, SHA-512) and HMAC; the rest throws a NotSupportedError. */
declare class SubtleCrypto {
  private constructor();
  digest(algorithm: string | { name: string }, data: ArrayBuffer | ArrayBufferView): Promise<ArrayBuffer>;
  importKey(format: "raw" | "jwk", data: any, algorithm: { name: "HMAC"; hash: string | { name: string } }, extractable: boolean, usages: ("sign" | "verify")[]): Promise<CryptoKey>;
  exportKey(format: "raw" | "jwk", key: CryptoKey): Promise<any>;
  generateKey(algorithm: { name: "HMAC"; hash: string | { name: string }; length?: number }, extractable: boolean, usages: ("sign" | "verify")[]): Promise<CryptoKey>;
  sign(algorithm: string | { name: string }, key: CryptoKey, data: ArrayBuffer | ArrayBufferView): Promise<ArrayBuffer>;
  verify(algorithm: string | { name: string }, key: CryptoKey, signature: ArrayBuffer | ArrayBufferView, data: ArrayBuffer | ArrayBufferView): Promise<boolean>;
}
declare class Crypto {
  private constructor();
  readonly subtle: SubtleCrypto;
  getRandomValues<T extends ArrayBufferView>(view: T): T;
  randomUUID(): string;
}
declare var crypto: Crypto;

declare module "crypto" {
  type Data = string | ArrayBuffer | ArrayBufferView;
  export class Hash {
    private constructor();
    update(data: Data, encoding?: BufferEncoding): this;
    write(data: Data, encoding?: BufferEncoding): boolean;
    end(data?: Data, encoding?: BufferEncoding): this;
    /** The digest, once the data has ended. */
    read(): Buffer;
    digest(): Buffer;
    digest(encoding: BufferEncoding): string;
    copy(): Hash;
  }
  export class Hmac {
    private constructor();
    update(data: Data, encoding?: BufferEncoding): this;
    digest(): Buffer;
    digest(encoding: BufferEncoding): string;
  }
  /** md5, sha1, sha224, sha256, sha384, sha512, sha512-256, sha3-256 … (see getHashes). */
  export class KeyObject {
    private constructor();
    readonly type: "secret";
    readonly symmetricKeySize: number;
    export(): Buffer;
    export(options: { format: "jwk" }): { kty: "oct"; k: string };
    equals(other: KeyObject): boolean;
  }
  export function createSecretKey(key: Data, encoding?: BufferEncoding): KeyObject;
  export function createHash(algorithm: string): Hash;
  export function createHmac(algorithm: string, key: Data | KeyObject): Hmac;
  export function hash(algorithm: string, data: Data, encoding?: BufferEncoding): string;
  export function getHashes(): string[];
  export function randomBytes(size: number): Buffer;
  export function randomBytes(size: number, done: (error: null, bytes: Buffer) => void): void;
  export function randomFillSync<T extends ArrayBufferView>(view: T, offset?: number, size?: number): T;
  /** From 0 or min, below max. */
  export function randomInt(max: number): number;
  export function randomInt(min: number, max: number): number;
  export function randomUUID(): string;
  export function timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
  export function getRandomValues<T extends ArrayBufferView>(view: T): T;
  export const webcrypto: Crypto;
  export const subtle: SubtleCrypto;
  const self: typeof import("crypto");
  export default self;
}
declare module "node:crypto" { export * from "crypto"; export { default } from "crypto"; }
