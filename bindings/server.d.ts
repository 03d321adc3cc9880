/** Makes a server, in JavaScript: for `mcp.connect(server)`, `server.listen()` or `mcpjs serve`. */
export function server(options?: ServerOptions): Server;

export interface ServerOptions {
  /** "mcpjs-server" if it is not given. */
  name?: string;
  version?: string;
  title?: string;
  description?: string;
  websiteUrl?: string;
  icons?: object[];
  /** How a model is to use the server. */
  instructions?: string;
  /** Capabilities besides those that follow from what the server has; null takes one back. */
  capabilities?: Record<string, unknown>;
  /** The protocol revisions that it speaks; all of them if it is not given. */
  protocolVersions?: string[];
  /** How many items a page of a list has; all are on one page if it is not given. */
  pageSize?: number;
  /** How long clients may reuse lists and resources (2026-07-28). */
  ttl?: Duration;
  cacheScope?: "public" | "private";
  /** Sees what handlers throw. A server that listens writes it to stderr otherwise. */
  onError?(error: unknown): void;
}

/**
 * A server written in JavaScript, in every revision of the protocol. It does not keep the script
 * alive, unless it listens.
 */
export class Server implements AsyncDisposable {
  constructor(options?: ServerOptions);
  readonly name: string;
  readonly version: string;

  /**
   * Adds a tool. What the handler returns is its result: a string, content blocks, an object or
   * other data (sent as structuredContent and as text), or a whole result. What it throws is a
   * result with isError; an McpError with a code is that error of the protocol.
   *
   * Arguments that the inputSchema refuses do not reach the handler: the call is answered with
   * isError, and before revision 2025-11-25 with the error -32602.
   */
  tool<A = any>(name: string, handler: ToolHandler<A>): this;
  tool<A = any>(name: string, tool: string | ToolOptions, handler: ToolHandler<A>): this;

  /**
   * Adds a resource, or with a URI template ({name}, {+path}, {?query}) any number of them. The
   * handler returns a string, bytes, contents, or data to be sent as JSON; in place of a handler
   * the contents themselves may stand.
   */
  resource(uri: string, handler: ResourceHandler | string | Uint8Array | object): this;
  resource(uri: string, resource: string | ResourceOptions, handler: ResourceHandler | string | Uint8Array | object): this;

  /** Adds a prompt. The handler returns a string, messages, or a whole result. */
  prompt(name: string, handler: PromptHandler): this;
  prompt(name: string, prompt: string | PromptOptions, handler: PromptHandler): this;

  /** Removes what was added; false where there is none. Clients are told. */
  removeTool(name: string): boolean;
  removeResource(uriOrTemplate: string): boolean;
  removePrompt(name: string): boolean;

  readonly toolNames: string[];
  readonly promptNames: string[];
  readonly resourceUris: string[];
  readonly resourceTemplates: string[];

  /** Tells those that subscribed to the resource that it has changed. */
  updated(uri: string): void;
  /** Sends a notification to clients of revisions before 2026-07-28, which has none unasked. */
  notify(method: string, params?: object): void;
  /** Answers a method, in place of the server's own answer where it has one; null takes it back. */
  setRequestHandler(method: string, handler: ((params: any, ctx: Context) => unknown) | null): this;
  setNotificationHandler(method: string, handler: (params: any, ctx: Context) => unknown): this;

  /** The last 1000 calls of tools, for tests; a server that listens keeps none. */
  readonly calls: { tool: string; arguments: any; result?: any; error?: string }[];
  clearCalls(): void;

  /**
   * Serves stdin and stdout (what the script prints goes to stderr from then on), or streamable
   * HTTP at an address: ":8080", "0.0.0.0:8080", 8080, ":0" for a free port. Without a host only
   * this machine can reach it. The endpoint's path is /mcp; origins are the web pages that may
   * use it besides those of this machine. It keeps the script alive until the client hangs up or
   * the server is closed.
   */
  listen(options: { stdio: true } | { http: string | number; origins?: string[] }): Promise<{ url?: string }>;
  readonly isListening: boolean;
  /** Where it listens over HTTP. */
  readonly url: string | undefined;
  /** Ends all connections, and their calls. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A JSON Schema; or property names and types: { a: "number", "b?": "string[]", c: ["x", "y"],
 * d: { type: "string", default: "" }, e: { nested: "boolean" } }; or a Standard Schema that can
 * tell its JSON Schema, such as zod's. In the short form properties are required unless their
 * name or type ends with "?", they have a default, or `optional: true`.
 */
export type Schema = object;

export type ToolHandler<A> = (args: A, ctx: Context) => unknown;
export type ResourceHandler = (uri: string, params: Record<string, string>, ctx: Context) => unknown;
export type PromptHandler = (args: Record<string, string>, ctx: Context) => unknown;
/** The values there are (those that begin as typed are given), or a function of what was typed. */
export type Completer = string[] | ((value: string, ctx: Context) => unknown);

/** Fields that are not named here are listed to clients as they are. */
export interface ToolOptions {
  title?: string;
  description?: string;
  inputSchema?: Schema;
  /** What results are held to. Of another type than object, it and they are wrapped: { result }. */
  outputSchema?: Schema;
  annotations?: { title?: string; readOnlyHint?: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint?: boolean };
  icons?: object[];
  _meta?: object;
  [field: string]: unknown;
}

export interface ResourceOptions {
  /** The URI if it is not given. */
  name?: string;
  title?: string;
  description?: string;
  mimeType?: string;
  size?: number;
  annotations?: object;
  /** Of a template's variables. */
  complete?: Record<string, Completer>;
  [field: string]: unknown;
}

export interface PromptOptions {
  title?: string;
  description?: string;
  /**
   * The protocol's list, or names with descriptions or options: { topic: "what about", "tone?":
   * { complete: ["kind", "stern"] } }; there they are required unless they end with "?" or say so.
   */
  arguments?:
    | { name: string; title?: string; description?: string; required?: boolean; complete?: Completer }[]
    | Record<string, string | { title?: string; description?: string; required?: boolean; complete?: Completer }>;
  complete?: Record<string, Completer>;
  [field: string]: unknown;
}

/** What a handler knows of the call, and can do in it. Its methods may be taken out of it. */
export interface Context {
  /** Aborted when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  readonly method: string;
  readonly params: any;
  readonly requestId: string | number;
  /** The request's _meta. */
  readonly meta: Record<string, any>;
  /** The arguments of a tool or prompt; for a completion, those that are known. */
  readonly arguments: any;
  readonly protocolVersion: string;
  /** Who the client says it is. */
  readonly client: { name: string; version: string; title?: string } | undefined;
  readonly clientCapabilities: any;
  /** Of HTTP sessions (before 2026-07-28). */
  readonly sessionId: string | undefined;
  readonly session: { id?: string; protocolVersion: string; client?: any; clientCapabilities?: any };

  /** Tells a client that asked for it how far the call is. */
  progress(progress: number, total?: number, message?: string): void;
  progress(params: { progress: number; total?: number; message?: string }): void;
  /** Sends a log message to a client that wants that level. */
  log(level: "debug" | "info" | "notice" | "warning" | "error" | "critical" | "alert" | "emergency", data: unknown, logger?: string): void;
  debug(data: unknown, logger?: string): void;
  info(data: unknown, logger?: string): void;
  notice(data: unknown, logger?: string): void;
  warning(data: unknown, logger?: string): void;
  error(data: unknown, logger?: string): void;
  notify(method: string, params?: object): void;

  /**
   * Asks the client's user, with a form of that schema, or to open a page. What is accepted is
   * checked against the schema. Like all that asks the client, it rejects with an McpError where
   * the client has not declared that it can be asked.
   *
   * With a client of 2026-07-28 the handler waits in this process while the request is answered
   * with the question; the client has 15 minutes to come back.
   */
  elicit(message: string, schema?: Schema): Promise<{ action: "accept" | "decline" | "cancel"; content?: any }>;
  elicit(params: { mode: "url"; message: string; url: string } | object): Promise<{ action: "accept" | "decline" | "cancel"; content?: any }>;
  /** Asks the client's model; the result's text is beside its fields. */
  sample(
    messages: string | (string | { role: string; content: unknown })[],
    options?: { systemPrompt?: string; maxTokens?: number; temperature?: number; tools?: object[]; [field: string]: unknown },
  ): Promise<{ role: string; content: any; model: string; stopReason?: string; readonly text: string }>;
  roots(): Promise<{ uri: string; name?: string }[]>;
  /** Any request to a client of a revision before 2026-07-28. */
  request(method: string, params?: object): Promise<any>;
}
