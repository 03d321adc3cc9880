declare module "os" {
  export const EOL: string;
  export const devNull: string;
  export const constants: { signals: Record<string, number>; errno: Record<string, number>; priority: Record<string, number> };
  export function platform(): string;
  export function arch(): string;
  export function type(): string;
  export function release(): string;
  export function version(): string;
  export function machine(): string;
  export function endianness(): "LE" | "BE";
  export function hostname(): string;
  export function homedir(): string;
  export function tmpdir(): string;
  export function totalmem(): number;
  export function freemem(): number;
  /** Seconds since the system started. */
  export function uptime(): number;
  export function loadavg(): [number, number, number];
  export function availableParallelism(): number;
  export function cpus(): { model: string; speed: number; times: Record<string, number> }[];
  export function networkInterfaces(): Record<string, { address: string; netmask: string; family: "IPv4" | "IPv6"; mac: string; internal: boolean; cidr: string }[]>;
  export function userInfo(): { uid: number; gid: number; username: string; homedir: string; shell: string | null };
  /** With encoding "buffer" the texts are buffers. */
  export function userInfo(options: { encoding: "buffer" }): { uid: number; gid: number; username: Uint8Array; homedir: Uint8Array; shell: Uint8Array | null };
  /** The nice value of a process, of this one by default. */
  export function getPriority(pid?: number): number;
  export function setPriority(priority: number): void;
  export function setPriority(pid: number, priority: number): void;
  const self: typeof import("os");
  export default self;
}
declare module "node:os" { export * from "os"; export { default } from "os"; }
