/**
 * The module "mcp", which is also the global `mcp`: a client of MCP servers in
 * every revision of the protocol, and servers written in JavaScript.
 *
 * Names are the protocol's own. "Spec" in comments refers to
 * https://modelcontextprotocol.io/specification/2026-07-28 unless another
 * revision is named.
 */
declare module "mcp" {
  export {}; // what is not exported below is not for scripts

  /** A number of milliseconds, or "500ms", "30s", "2m", "1h". */
  export type Duration = number | string;

  /** A revision of the protocol. */
  export type ProtocolVersion = "2026-07-28" | "2025-11-25" | "2025-06-18" | "2025-03-26" | "2024-11-05";

  /** JSON Schema, 2020-12 where it doesn't say otherwise. */
  export type JSONSchema = { [keyword: string]: any };

  type Awaitable<T> = T | PromiseLike<T>;
  type Meta = { [key: string]: any };

  // Connecting

  /**
   * What may be written for a server:
   * - a URL: "https://host/mcp" (streamable HTTP; HTTP+SSE of 2024-11-05 where
   *   the server answers 400, 404 or 405 to that), "http+sse://host/sse",
   *   "unix:/path.sock" (HTTP or lines of JSON, found out by asking);
   * - a command, split as a shell would, or a list of its words; no shell runs;
   * - a file: "./server.py", "./server.js", "servers.json", "servers.json#name";
   * - the name of a server in a configuration file of an MCP client: "name",
   *   "cursor:name" (see {@link servers});
   * - an entry of an mcpServers object, or such an object with one or more;
   * - a {@link Server} of this script, or "demo", the server in the binary.
   *
   * In an mcpServers object any of these may stand for an entry:
   * `{ mcpServers: { shop: server, files: { command: "…" }, demo: "demo" } }`.
   * One that says `disabled: true` or `enabled: false` is left out; to ask for it
   * by its name is an error.
   *
   * Several servers are one client: tools and prompts are named
   * `server_tool`, resources `scheme://server/path`, tasks `server/id`. A server
   * that can't be reached is left out with a warning on stderr, and named by
   * the error of what is asked of it. Such a client speaks 2025-11-25 to the
   * script, whatever the revisions of its servers.
   */
  export type Target = (string & {}) | string[] | CommandTarget | URLTarget | { mcpServers: { [name: string]: CommandTarget | URLTarget | Server | string | string[] } } | Server;

  export interface CommandTarget {
    command: string;
    args?: string[];
    env?: { [name: string]: string };
    /** The working directory. */
    cwd?: string;
    /** Inherit the whole environment rather than its harmless part. */
    inheritEnv?: boolean;
    /** "pipe" (the default) keeps the last lines for errors; "inherit" shows them on stderr. */
    stderr?: "pipe" | "inherit" | "ignore";
    [field: string]: unknown;
  }

  export interface URLTarget {
    url: string;
    headers?: { [name: string]: string };
    /** "http" (the default) may fall back to SSE where the URL allows it; "sse" is HTTP+SSE of 2024-11-05. */
    transport?: "http" | "streamable-http" | "sse";
    /** How to authorize; the client's option of that name wins. */
    auth?: Auth;
    [field: string]: unknown;
  }

  /**
   * Connects to a server. Rejects with a {@link ConnectionError}, a
   * {@link TimeoutError} after `connectTimeout`, or what `signal` was aborted
   * with; a misspelt option is a TypeError.
   */
  export function connect<T extends Target | KnownTarget>(target: T, options?: ClientOptions): Promise<ConnectedClient<ServerOf<T>>>;

  /** A client that is configured but not yet connected. */
  export function client<T extends Target | KnownTarget>(target: T, options?: ClientOptions): Client<ServerOf<T>>;

  /**
   * The servers whose tools are known here, by the string that is their target.
   * `mcpjs types TARGET…` writes declarations that add to it, so that
   * `mcp.connect("TARGET")` gives a client that knows its tools. Where the target
   * is no such string, say it: `const files: Client<Servers["files"]> = await mcp.connect([…])`.
   */
  export interface Servers {}
  /** The targets in {@link Servers}. */
  export type KnownTarget = keyof Servers & string;
  /** What is known of the server that a target means: any where nothing is. */
  export type ServerOf<T> = T extends keyof Servers ? Servers[T] : any;
  /** A tool in {@link Servers}. */
  export interface ToolTypes<Arguments = any, Structured = any, Data = Structured> {
    arguments: Arguments;
    structuredContent: Structured;
    data: Data;
  }
  /** What a prompt in {@link Servers} takes for an argument. */
  export type PromptArgument = string | number | boolean | object;

  /** A part of what is known of a server; {} where nothing is. */
  type Known<S, Part extends string> = unknown extends S ? {} : S extends { [P in Part]: infer T } ? T : {};
  /** The names of a server's tools, as far as they are known. */
  export type ToolName<S> = keyof Known<S, "tools"> & string;
  export type PromptName<S> = keyof Known<S, "prompts"> & string;
  export type ResourceURI<S> = Known<S, "resources"> & string;
  type ToolOf<S, Name> = Name extends ToolName<S> ? Known<S, "tools">[Name] : ToolTypes<object>;
  type PromptOf<S, Name> = Name extends PromptName<S> ? Known<S, "prompts">[Name] : object;
  /** A call's arguments, which may be left out where none is required, and its options. */
  type Call<Arguments, Options> = {} extends Arguments ? [args?: Arguments | null, options?: Options] : [args: Arguments, options?: Options];
  type Field<T, Name> = Name extends keyof T ? T[Name] : any;
  /** What a call of a tool gives, depending on its options `task` and `throwOnError`. */
  type Outcome<Tool, InTask, Throws> =
    InTask extends false | undefined ? Result<Tool, Throws> : Task<Result<Tool, true>>;
  type Result<Tool, Throws> = Throws extends false
    ? (ToolResult<Field<Tool, "structuredContent">, Field<Tool, "data">> & { isError?: false }) | (ToolResult<unknown> & { isError: true })
    : ToolResult<Field<Tool, "structuredContent">, Field<Tool, "data">>;

  /** The servers that configuration files of MCP clients name. Nothing is started. */
  export function servers(): ConfiguredServer[];

  export interface ConfiguredServer {
    name: string;
    /** What {@link connect} takes to mean exactly this one: "cursor:name". */
    ref: string;
    /** Whose configuration it is: "cursor", "claude", … */
    source: string;
    /** The file that names it. */
    path: string;
    /** The command or URL, without secrets. */
    target: string;
    transport?: "stdio" | "http" | "sse" | "unix" | "multi";
    disabled: boolean;
    /** Why its entry can't be used. */
    error?: string;
  }

  export interface ClientOptions {
    /** clientInfo. The client's `name` is generated where none is given. */
    name?: string;
    version?: string;
    title?: string;
    /** Asks for one revision; "auto" (the default) agrees on the best. Spec: basic/versioning. */
    protocolVersion?: "auto" | ProtocolVersion;

    /** Bounds each request; none by default. A call's own options win. */
    timeout?: Duration;
    /** Bounds connecting, handshake included; "30s" by default. */
    connectTimeout?: Duration;
    /** Starts `timeout` anew with each progress message of a call. */
    resetTimeoutOnProgress?: boolean;
    /** Bounds a call whatever its progress. */
    maxTimeout?: Duration;
    /** false leaves connecting to {@link Client.initialize}; true by default. */
    autoInitialize?: boolean;
    /** Ends connecting when it is aborted. */
    signal?: AbortSignal;
    /**
     * Makes a connection anew that was lost: after processes died only if this
     * is true or an object, over HTTP+SSE unless it is false; streamable HTTP
     * has no connection to lose. Calls under way fail and are never sent twice;
     * calls made meanwhile wait. By default 10 attempts, after 250ms, 500ms, …
     * up to "10s". `onClose` is called when it gives up.
     */
    reconnect?: boolean | { attempts?: number; delay?: Duration; maxDelay?: Duration };

    /**
     * What roots/list is answered with: paths, file: URIs or roots, or a
     * function that gives them. There are servers that take roots for the only
     * directories they may serve. Spec: client/roots.
     */
    roots?: RootLike[] | ((ctx: HandlerContext) => Awaitable<RootLike[] | { roots: Root[] }>);
    /**
     * Answers sampling/createMessage: with a string (the assistant's text),
     * content, or a whole result; or {@link sampling}.openai(…) and the like;
     * "prompt" asks at the terminal. Spec: client/sampling.
     */
    onSampling?: SamplingHandler | SamplingResult | "prompt";
    /**
     * Answers elicitation/create: with the content (that accepts), an
     * {action, content}, null or false (declines), true (accepts with the
     * schema's defaults). Defaults of the schema fill what the content lacks. An
     * object is the answers themselves, for forms only. "prompt" asks at the
     * terminal, and opens a URL only with consent. Spec: client/elicitation.
     */
    onElicitation?: ElicitationHandler | ElicitationAnswer | "prompt";
    /** Answers all other requests of the server's; undefined says -32601. */
    onRequest?(request: { method: string; params: any }, ctx: HandlerContext): Awaitable<object | undefined>;
    /**
     * Gets the progress of calls without an `onProgress` of their own. Without
     * any handler, and with stderr a terminal, there is a progress bar.
     */
    onProgress?(progress: Progress): unknown;
    /** Gets log messages; by default they go to stderr. */
    onLog?(message: LogMessage): unknown;
    /** Gets every notification. */
    onMessage?(notification: { method: string; params?: any }): unknown;
    onToolsChanged?(params?: any): unknown;
    onResourcesChanged?(params?: any): unknown;
    onPromptsChanged?(params?: any): unknown;
    onResourceUpdated?(params: { uri: string; _meta?: Meta }): unknown;
    /** The connection ended: with an error, or by `close()`. */
    onClose?(error?: ConnectionError): unknown;

    /**
     * The mildest level of log messages to ask for. By default a server of an
     * older revision decides; one of 2026-07-28 is asked for all of them where
     * there is an `onLog`, and for none where not.
     */
    logLevel?: LogLevel;
    /** ClientCapabilities besides those that the handlers mean; they win. */
    capabilities?: { [name: string]: any };
    extensions?: { [name: string]: any };

    /** HTTP headers for each request, or a function that gives them. */
    headers?: { [name: string]: string } | (() => Awaitable<{ [name: string]: string }>);
    /** How to authorize with a server that asks for it. */
    auth?: Auth;
    /** Certificate authorities to trust besides the system's (or those of SSL_CERT_FILE): PEM, or paths of PEM files. */
    ca?: string | string[];
    /** The URL of an HTTP proxy; by default what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say. */
    proxy?: string;

    /** Integers beyond 2^53 as BigInt. */
    bigInts?: boolean;
    /** Reuse lists while the server says that they are fresh (ttlMs); true by default. Spec: server/utilities/caching. */
    cache?: boolean;
    /**
     * Check arguments against the tool's input schema before they are sent: a call that doesn't fit
     * rejects with an McpError whose code is "INVALID_ARGUMENTS" and whose faults, [{path, message}],
     * say what is wrong. Schemas are of JSON Schema 2020-12, 2019-09, draft-07, draft-06 or draft-04,
     * as their $schema says, 2020-12 without. Nothing is fetched for one: with a $ref to another
     * document, or a $schema of its author's own, it can't be checked against, which is a warning.
     */
    validate?: boolean;
    /**
     * Check results against the tool's output schema: "warn" (the default, on
     * stderr, where the tools were listed before), "error" or "off".
     */
    validateResult?: "warn" | "error" | "off";
  }

  export type LogLevel = "debug" | "info" | "notice" | "warning" | "error" | "critical" | "alert" | "emergency";
  export type RootLike = string | Root;
  export interface Root { uri: string; name?: string; _meta?: Meta }
  export interface LogMessage { level: LogLevel; logger?: string; data: any; _meta?: Meta }
  export interface Progress { progressToken: string | number; progress: number; total?: number; message?: string; _meta?: Meta }

  /** The second argument of handlers. What they throw answers the server with an error, and ends no run. */
  export interface HandlerContext {
    /** Is aborted when the server takes its request back, or the call that it belongs to ends. */
    readonly signal: AbortSignal;
    readonly requestId: string | number;
    readonly method: string;
    readonly client: Client;
  }

  export interface SamplingParams {
    /** Content is a list only from 2025-11-25 on, mostly with tools. */
    messages: { role: "user" | "assistant"; content: SamplingContent | (SamplingContent[] & { type?: undefined; text?: undefined; data?: undefined }) }[];
    maxTokens: number;
    systemPrompt?: string;
    temperature?: number;
    stopSequences?: string[];
    modelPreferences?: { hints?: { name?: string }[]; costPriority?: number; speedPriority?: number; intelligencePriority?: number };
    tools?: Tool[];
    toolChoice?: { mode?: "auto" | "required" | "none" };
    includeContext?: "none" | "thisServer" | "allServers";
    metadata?: object;
    _meta?: Meta;
  }
  export type SamplingContent = TextContent | ImageContent | AudioContent
    | { type: "tool_use"; id: string; name: string; input: object; text?: undefined; data?: undefined; _meta?: Meta }
    | { type: "tool_result"; toolUseId: string; content: ContentBlock[]; structuredContent?: any; isError?: boolean; text?: undefined; data?: undefined; _meta?: Meta };
  export interface SamplingResult {
    role?: "assistant" | "user";
    content: string | SamplingContent | SamplingContent[];
    model?: string;
    stopReason?: string;
    _meta?: Meta;
  }
  export type SamplingHandler = (params: SamplingParams, ctx: HandlerContext) => Awaitable<string | SamplingContent | SamplingContent[] | SamplingResult>;

  export interface ElicitationParams {
    mode?: "form" | "url";
    message: string;
    /** Of a form. */
    requestedSchema?: { type: "object"; properties: { [name: string]: JSONSchema }; required?: string[] };
    /** Of mode "url": ask before it is opened. */
    url?: string;
    elicitationId?: string;
    _meta?: Meta;
  }
  export type ElicitationAnswer = { action: "accept" | "decline" | "cancel"; content?: { [name: string]: any }; _meta?: Meta } | { [name: string]: any };
  export type ElicitationHandler = (params: ElicitationParams, ctx: HandlerContext) => Awaitable<ElicitationAnswer | boolean | null | undefined>;

  /**
   * Handlers for `onSampling` that ask a model's API: messages, tools, images, and audio where the
   * API has it. A script may call them itself: `(await ask({ messages, maxTokens })).text`.
   */
  export const sampling: {
    /** The chat completions API of OpenAI, which many others speak: set `baseURL`. The key defaults to OPENAI_API_KEY. */
    openai(options: ModelOptions): Model;
    /** The messages API of Anthropic. The key defaults to ANTHROPIC_API_KEY. */
    anthropic(options: ModelOptions): Model;
  };
  /** Asks a model; the text of its answer stands beside the result's fields. */
  export type Model = (params: SamplingParams, ctx?: { signal?: AbortSignal }) => Promise<SamplingResult & { readonly text: string }>;
  export interface ModelOptions {
    model: string;
    /** Other models that a server may choose by its hints. */
    models?: string[];
    apiKey?: string;
    baseURL?: string;
    headers?: { [name: string]: string };
    /** For requests that don't say; 4096 by default. */
    maxTokens?: number;
    /** "2m" by default. A busy API is asked up to three times. */
    timeout?: Duration;
  }

  /** A client with a session: what the server said of itself is there. */
  export type ConnectedClient<S = any> = Client<S> & Connected;
  interface Connected {
    readonly serverInfo: NonNullable<Client["serverInfo"]>;
    readonly serverCapabilities: NonNullable<Client["serverCapabilities"]>;
    readonly protocolVersion: ProtocolVersion;
    readonly initializeResult: NonNullable<Client["initializeResult"]>;
  }

  /** One client of one server, or of several (see {@link Target}). S is what is known of it (see {@link Servers}). */
  export class Client<S = any> implements AsyncDisposable {
    constructor(target: Target, options?: ClientOptions);

    /** Given in the options, or generated. */
    readonly name: string;
    readonly transport: "stdio" | "http" | "sse" | "unix" | "demo" | "multi" | (string & {});
    /** What follows is undefined while the client has no session. */
    readonly serverInfo: { name: string; version: string; title?: string; [field: string]: any } | undefined;
    readonly serverCapabilities: { [name: string]: any } | undefined;
    readonly instructions: string | undefined;
    readonly protocolVersion: ProtocolVersion | undefined;
    /** The InitializeResult; from 2026-07-28 on its counterpart made of the DiscoverResult. */
    readonly initializeResult: { protocolVersion: string; capabilities: any; serverInfo?: any; instructions?: string; _meta?: Meta } | undefined;
    /** The Mcp-Session-Id, where the transport has one. */
    readonly sessionId: string | undefined;

    isConnected(): boolean;
    /**
     * Connects. On a client that is connected, or connecting, it counts, so that
     * several parts of a script may each connect and close the same client:
     * after two `connect()` the first `close()` leaves the session as it is, and
     * the second ends it. `mcp.connect` counts as one, `await using` closes
     * once. A connect that fails leaves a count of none.
     */
    connect(): Promise<ConnectedClient<S>>;
    /**
     * Undoes one `connect()`; more of them do nothing. The last one ends the
     * session and every call under way. The client may connect again.
     */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
    /** Connects a client with `autoInitialize: false` that `connect()` was called on; gives the initialize result. */
    initialize(options?: { timeout?: Duration }): Promise<NonNullable<Client["initializeResult"]>>;
    /** A client of the same target that isn't connected, with some options replaced. */
    new(overrides?: ClientOptions): Client<S>;

    /** true, or it rejects. 2026-07-28 has no ping: the server is asked with server/discover. */
    ping(options?: CallOptions): PendingCall<boolean>;

    /** Lists give everything, over all pages; nothing where the server doesn't know the method. */
    listTools(options?: CallOptions): PendingCall<Tool[]>;
    listResources(options?: CallOptions): PendingCall<Resource[]>;
    listResourceTemplates(options?: CallOptions): PendingCall<ResourceTemplate[]>;
    listPrompts(options?: CallOptions): PendingCall<Prompt[]>;

    /**
     * Calls a tool. Rejects with a {@link ToolError} for a result that says
     * isError, unless `throwOnError` is false. A tool that the server doesn't
     * have rejects with the nearest name. Spec: server/tools.
     *
     * With the option `task` it gives a {@link Task}, where server and tool can; it
     * runs at once where not. Before 2026-07-28 the tool must say
     * execution.taskSupport; from it on the server decides. Spec:
     * basic/utilities/tasks of 2025-11-25, and the extension
     * io.modelcontextprotocol/tasks.
     */
    callTool<Name extends ToolName<S> | (string & {}), InTask extends TaskOption = false, Throws extends boolean = true>(
      name: Name, ...call: Call<Field<ToolOf<S, Name>, "arguments">, CallToolOptions<InTask, Throws>>
    ): PendingCall<Outcome<ToolOf<S, Name>, InTask, Throws>>;
    /** A function for each tool, under its name or the camelCase of it: `client.tools.getSum({ a: 1, b: 2 })`. */
    readonly tools: Tools<S>;

    readResource(uri: ResourceURI<S> | (string & {}), options?: CallOptions): PendingCall<ResourceContents[]>;
    /** Arguments that aren't strings are sent as JSON. */
    getPrompt<Name extends PromptName<S> | (string & {})>(name: Name, ...call: Call<PromptOf<S, Name>, CallOptions>): PendingCall<GetPromptResult>;
    /** ref is a prompt's name, a template's URI, or a reference. context holds the other arguments' values. */
    complete(ref: string | { type: string; [field: string]: any }, argument: { name: string; value: string },
      context?: { [name: string]: any } | null, options?: CallOptions): PendingCall<Completion>;

    /**
     * Asks for the updates of a resource, which go to `handler` and to
     * `onResourceUpdated`. A subscription keeps the run alive until it is taken
     * back or the connection ends. Spec: basic/patterns/subscriptions.
     */
    subscribe(uri: string, handler?: (params: { uri: string; _meta?: Meta }) => unknown): Promise<void>;
    unsubscribe(uri: string): Promise<void>;

    /** Tasks by their id, or by {@link Task}. */
    readonly tasks: {
      get(task: string | Task, options?: CallOptions): PendingCall<TaskState>;
      /** Where the server has no list, as from 2026-07-28 on: those that this client has started. */
      list(options?: CallOptions): PendingCall<TaskState[]>;
      cancel(task: string | Task, options?: CallOptions): PendingCall<any>;
      result(task: string | Task, options?: TaskResultOptions): PendingCall<ToolResult>;
      wait(task: string | Task, options?: TaskWaitOptions): PendingCall<TaskState>;
      /** Answers inputs that a task asks for, by key (2026-07-28); waiting for a task does it through the handlers. */
      update(task: string | Task, inputResponses: object, options?: CallOptions): PendingCall<void>;
    };

    /**
     * Skills that the server offers: by the extension io.modelcontextprotocol/skills
     * or, without it, as resources `skill://NAME/SKILL.md` with a manifest beside
     * them. A skill is asked for by its name or the URI of its SKILL.md.
     */
    readonly skills: {
      /** All of them; reads none of their files. */
      list(options?: CallOptions): PendingCall<Skill[]>;
      /** One with its files. */
      get(skill: string, options?: CallOptions): PendingCall<Skill & { files: SkillFile[] }>;
      /**
       * Writes a skill's files into `dir`/NAME, and gives that path. All are read
       * first and held to their size, digest and frontmatter: what fails that, or
       * lies outside of the skill, is written not at all. A skill that is there
       * already is an error, unless `overwrite` is true.
       */
      download(skill: string, dir: string, options?: CallOptions & { overwrite?: boolean }): PendingCall<string>;
      /** Downloads all skills but those that are there already, and gives the paths of the new ones. */
      sync(dir: string, options?: CallOptions & { overwrite?: boolean }): PendingCall<string[]>;
    };

    /**
     * The protocol's requests with their whole results: lists give one page,
     * tool results with isError don't reject, nothing is cached or checked.
     */
    readonly raw: {
      listTools(options?: CallOptions & { cursor?: string }): PendingCall<{ tools: Tool[]; nextCursor?: string; [field: string]: any }>;
      listResources(options?: CallOptions & { cursor?: string }): PendingCall<{ resources: Resource[]; nextCursor?: string; [field: string]: any }>;
      listResourceTemplates(options?: CallOptions & { cursor?: string }): PendingCall<{ resourceTemplates: ResourceTemplate[]; nextCursor?: string; [field: string]: any }>;
      listPrompts(options?: CallOptions & { cursor?: string }): PendingCall<{ prompts: Prompt[]; nextCursor?: string; [field: string]: any }>;
      callTool(name: string, args?: object | null, options?: CallToolOptions): PendingCall<CallToolResult>;
      readResource(uri: string, options?: CallOptions): PendingCall<{ contents: ResourceContents[]; [field: string]: any }>;
      getPrompt(name: string, args?: object | null, options?: CallOptions): PendingCall<GetPromptResult>;
      complete(ref: string | object, argument: { name: string; value: string }, context?: object | null, options?: CallOptions): PendingCall<{ completion: Completion; [field: string]: any }>;
      subscribe(uri: string, options?: CallOptions): PendingCall<any>;
      unsubscribe(uri: string, options?: CallOptions): PendingCall<any>;
      setLogLevel(level: LogLevel, options?: CallOptions): PendingCall<any>;
      ping(options?: CallOptions): PendingCall<any>;
      request(method: string, params?: object | null, options?: CallOptions): PendingCall<any>;
    };

    /** Any request: what the protocol, an extension or a server may have. */
    request(method: string, params?: object | null, options?: CallOptions): PendingCall<any>;
    notify(method: string, params?: object | null): Promise<void>;
    /** Cancels a call by its requestId; false where none such is under way. */
    cancel(requestId: string, reason?: string): boolean;
    /** Tells the server of progress with a request of its own. */
    progress(token: string | number, progress: number, total?: number, message?: string): Promise<void>;
    setLogLevel(level: LogLevel): Promise<void>;
    /** From 2026-07-28 on it throws: servers ask when they need the roots. */
    sendRootsListChanged(): Promise<void>;

    /**
     * Replace a handler. Before 2026-07-28 capabilities are fixed when
     * connecting: a handler that the server wasn't told of then is an error
     * that names the option to give.
     */
    setRoots(roots: ClientOptions["roots"]): void;
    setSamplingHandler(handler: ClientOptions["onSampling"] | null): void;
    setElicitationHandler(handler: ClientOptions["onElicitation"] | null): void;
    setProgressHandler(handler: ClientOptions["onProgress"] | null): void;
    setLogHandler(handler: ClientOptions["onLog"] | null): void;
    setMessageHandler(handler: ClientOptions["onMessage"] | null): void;
  }

  /** The tools of a server, as far as they are known; any, where nothing is known of it. */
  export type Tools<S = any> = unknown extends S ? { readonly [tool: string]: ToolFunction } : ToolFunctions<Known<S, "tools"> & Known<S, "aliases">>;
  type ToolFunctions<T> = { readonly [Name in keyof T]: ToolFunction<T[Name]> };
  /** A tool as a function; `T` are its {@link ToolTypes}. */
  export interface ToolFunction<T = ToolTypes<object>> {
    <InTask extends TaskOption = false, Throws extends boolean = true>(
      ...call: Call<Field<T, "arguments">, CallToolOptions<InTask, Throws>>
    ): PendingCall<Outcome<T, InTask, Throws>>;
  }

  /** The client's options of the same names are the defaults. */
  export interface CallOptions {
    timeout?: Duration;
    maxTimeout?: Duration;
    resetTimeoutOnProgress?: boolean;
    /** Cancels the call, at the server too; the call rejects with the signal's reason. */
    signal?: AbortSignal;
    /** Gets the call's progress, in order, late messages within two seconds. */
    onProgress?(progress: Progress): unknown;
    /** Goes into the request's _meta. */
    meta?: Meta;
    bigInts?: boolean;
    cache?: boolean;
  }
  export interface CallToolOptions<InTask extends TaskOption = TaskOption, Throws extends boolean = boolean> extends CallOptions {
    /** true by default. */
    throwOnError?: Throws;
    validate?: boolean;
    validateResult?: "warn" | "error" | "off";
    task?: InTask;
  }
  export type TaskOption = boolean | { ttl?: Duration };

  /**
   * A call under way: a Promise, and an async iterable over its progress that
   * ends with the call and throws what it rejects with.
   */
  export interface PendingCall<T> extends Promise<T>, AsyncIterable<Progress> {
    /** undefined while the client reconnects. */
    readonly requestId: string | undefined;
    /** Cancels the call; it rejects with an AbortError. */
    cancel(reason?: string): void;
  }

  /** What is sent by the server, any field of which stays. */
  export interface CallToolResult {
    content: ContentBlock[];
    structuredContent?: any;
    isError?: boolean;
    _meta?: Meta;
    [field: string]: any;
  }

  /** A tool's result as it was sent, with getters beside it that JSON doesn't see. As a string it is its text. */
  export interface ToolResult<Structured = any, Data = Structured> extends CallToolResult {
    structuredContent: Structured;
    /** The text blocks, each on lines of its own. */
    readonly text: string;
    /** structuredContent, unwrapped where the server wrapped a plain value; else the text as JSON where it is JSON; else undefined. */
    readonly data: Data;
    readonly images: Media[];
    readonly audio: Media[];
    /** The result's JSON as it was sent. */
    readonly raw: string;
    toString(): string;
  }
  export interface Media { data: string; mimeType: string; readonly bytes: Uint8Array }

  export interface Annotations { audience?: ("user" | "assistant")[]; priority?: number; lastModified?: string }
  export interface TextContent { type: "text"; text: string; data?: undefined; annotations?: Annotations; _meta?: Meta }
  export interface ImageContent { type: "image"; data: string; mimeType: string; text?: undefined; annotations?: Annotations; _meta?: Meta }
  export interface AudioContent { type: "audio"; data: string; mimeType: string; text?: undefined; annotations?: Annotations; _meta?: Meta }
  export interface ResourceLink extends Resource { type: "resource_link"; text?: undefined; data?: undefined }
  export interface EmbeddedResource { type: "resource"; resource: ResourceContents; text?: undefined; data?: undefined; annotations?: Annotations; _meta?: Meta }
  /** `text` and `data` may be asked for before `type` is: they are undefined where a block has none. */
  export type ContentBlock = TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource;

  export interface Icon { src: string; mimeType?: string; sizes?: string[]; theme?: "light" | "dark" }
  export interface Tool {
    name: string;
    title?: string;
    description?: string;
    inputSchema: JSONSchema;
    outputSchema?: JSONSchema;
    annotations?: { title?: string; readOnlyHint?: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint?: boolean };
    execution?: { taskSupport?: "forbidden" | "optional" | "required" };
    icons?: Icon[];
    _meta?: Meta;
  }
  export interface Resource {
    uri: string;
    name: string;
    title?: string;
    description?: string;
    mimeType?: string;
    size?: number;
    annotations?: Annotations;
    icons?: Icon[];
    _meta?: Meta;
  }
  export interface ResourceTemplate extends Omit<Resource, "uri" | "size"> { uriTemplate: string }
  export interface ResourceContents { uri: string; mimeType?: string; text?: string; /** base64 */ blob?: string; _meta?: Meta }
  export interface Prompt {
    name: string;
    title?: string;
    description?: string;
    arguments?: { name: string; title?: string; description?: string; required?: boolean }[];
    icons?: Icon[];
    _meta?: Meta;
  }
  export interface GetPromptResult {
    description?: string;
    messages: { role: "user" | "assistant"; content: ContentBlock }[];
    _meta?: Meta;
    [field: string]: any;
  }
  export interface Completion { values: string[]; total?: number; hasMore?: boolean }

  /** A call that goes on at the server; or its result, where the server ran it at once. Not thenable. */
  export interface Task<R = ToolResult> {
    readonly id: string;
    /** The server ran the call at once: there is no task there. */
    readonly returnedImmediately: boolean;
    status(options?: CallOptions): Promise<TaskState>;
    /** Waits for the result. Rejects with a ToolError, an McpError where the task failed, an AbortError where it was cancelled. */
    result(options?: TaskResultOptions): Promise<R>;
    /** Waits until the task has ended, or has a state. */
    wait(options?: TaskWaitOptions): Promise<TaskState>;
    cancel(options?: CallOptions): Promise<any>;
    /** Is called with each new state: of the server's notifications, and of what `status`, `wait` and `result` see. */
    onStatus(handler: (state: TaskState) => unknown): this;
  }
  export interface TaskState {
    taskId: string;
    status: "working" | "input_required" | "completed" | "failed" | "cancelled";
    statusMessage?: string;
    createdAt?: string;
    lastUpdatedAt?: string;
    [field: string]: any;
  }
  export interface Skill {
    name: string;
    description: string;
    /** The URI of its SKILL.md. */
    uri: string;
    /** What its SKILL.md begins with, as the extension has it. */
    frontmatter?: { [field: string]: any };
    files?: SkillFile[];
    _meta?: Meta;
  }
  export interface SkillFile { path: string; uri: string; size?: number; digest?: string }

  export interface TaskWaitOptions extends CallOptions { state?: TaskState["status"] }
  export interface TaskResultOptions extends CallOptions { throwOnError?: boolean }

  // Errors

  /** The server answered with an error, or broke the protocol; base of the others. */
  export class McpError extends Error {
    constructor(message?: string, options?: { cause?: unknown; [field: string]: unknown });
    /** The JSON-RPC code; or "PROTOCOL", "INVALID_ARGUMENTS", "INVALID_RESULT", "CONNECTION", "SERVER_EXITED", "TARGET", "TIMEOUT". */
    readonly code?: number | string;
    readonly data?: any;
    readonly server?: string;
    /** What is wrong, of INVALID_ARGUMENTS and INVALID_RESULT. */
    readonly faults?: { path: string; message: string }[];
  }
  /** A tool's result says isError. */
  export class ToolError extends McpError {
    readonly tool: string;
    readonly result: ToolResult;
  }
  /** A connection could not be made, or was lost. */
  export class ConnectionError extends McpError {
    /** How the server's process ended. */
    readonly exitCode?: number;
    readonly signal?: string;
    /** Its last lines on stderr. */
    readonly stderr?: string[];
    /** Its last lines on stdout that are no messages. */
    readonly stdout?: string[];
    /** The HTTP status. */
    readonly status?: number;
    /** What to do about it. */
    readonly hint?: string;
  }
  /** HTTP status 401 or 403, or the server could not be authorized with. */
  export class AuthError extends ConnectionError {
    /** The OAuth error code, such as "invalid_grant", where there is one. */
    readonly oauthError?: string;
  }

  /** How to authorize with a server over HTTP. Without it, a server that asks has
   *  a person log in, if there is a terminal or BROWSER; a public one is reached
   *  without any of it. Tokens are kept, and renewed, by themselves; they go to
   *  the server's own origin alone, over https or loopback. What fails is an
   *  AuthError. Spec: basic/authorization. */
  export type Auth =
    | "oauth" // have a person log in, whether a terminal is seen or not
    | "none" // leave the server's refusal as it is
    | AuthOptions
    | (() => Awaitable<{ [name: string]: string }>); // the headers to send

  export interface AuthOptions {
    /** The token to send; nothing else is done. A function is asked for each request. */
    bearer?: string | (() => Awaitable<string>);
    /** authorization_code (the default): a person, in a browser; client_credentials:
     *  the client itself; token_exchange: an identity provider vouches (enterprise-managed
     *  authorization); jwt_bearer: an assertion vouches (workload identity). */
    grant?: "authorization_code" | "client_credentials" | "token_exchange" | "jwt_bearer";
    /** A client registered beforehand with `issuer`. Without one, the client is
     *  what `clientMetadataUrl` describes, or registers itself. */
    clientId?: string;
    /** The client's secret. It is sent to `issuer` alone, or to the first
     *  authorization server that the client was used with. */
    clientSecret?: string;
    /** The authorization server that the client was registered with; one of those
     *  that the server names. Without it the first of them that can be used is
     *  taken; where there is a secret, the first one or none. */
    issuer?: string;
    /** PEM or a JWK (RSA, EC or Ed25519): the client authenticates with private_key_jwt. */
    privateKey?: string | object;
    /** The file that holds `privateKey`. */
    privateKeyFile?: string;
    /** The `kid` of `privateKey`. */
    keyId?: string;
    /** How the client authenticates; by default what it can and the server supports. */
    tokenEndpointAuthMethod?: "none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt";
    /** The https URL of the client's own metadata document, for servers that take such. */
    clientMetadataUrl?: string;
    /** Scopes to ask for besides what the server asks for. */
    scopes?: string | string[];
    /** The port on 127.0.0.1 that the browser is sent back to (/callback); any by default. */
    redirectPort?: number;
    /** How long to wait for a person: milliseconds, or "2m". 5 minutes by default. */
    loginTimeout?: number | string;
    /** Bind tokens to a key (RFC 9449) even where the server doesn't ask for it;
     *  a token that isn't bound is refused. */
    dpop?: boolean;
    /** Where tokens of people are kept. By default in files under
     *  ~/.local/share/mcpjs/auth (XDG_DATA_HOME), one a server, that only the
     *  user can read; where the system has a keychain that isn't locked, they are
     *  sealed with a key in that. "keychain" fails where there is none, "file"
     *  leaves it alone, "memory" forgets tokens with the process; other text is a
     *  directory. An object, such as a Map, keeps them as text that is secret.
     *  MCPJS_TOKEN_STORE is the default. */
    tokenStore?: "keychain" | "file" | "memory" | (string & {}) | TokenStore;
    /** Let the server name addresses that only this machine or its network can reach. */
    allowPrivate?: boolean;
    /** Called with the URL that a person has to visit, instead of a browser. May
     *  give the URL that the browser ended up at; otherwise that is awaited on
     *  the loopback redirect. */
    onAuthorize?(url: string): Awaitable<string | void>;
    /** With jwt_bearer: what to show, made out to `audience`, the authorization
     *  server. Without it, one is signed with `privateKey`. */
    assertion?: string | ((audience: string) => Awaitable<string>);
    /** The file that holds the assertion; it is read anew for each token. */
    assertionFile?: string;
    /** With token_exchange: what to show the identity provider, an ID token by default. */
    subjectToken?: string | (() => Awaitable<string>);
    /** The file that holds the subject token; it is read anew for each token. */
    subjectTokenFile?: string;
    /** The subject token's type: a URN of RFC 8693. */
    subjectTokenType?: string;
    /** With token_exchange: the identity provider, found by its issuer or its
     *  token endpoint, and this client as it knows it. */
    idp?: { issuer?: string; tokenEndpoint?: string; clientId?: string; clientSecret?: string };
  }

  /** A place of the script's own for tokens. What it is given is secret. */
  export interface TokenStore {
    /** The value kept under that name; nothing where there is none. */
    get(name: string): Awaitable<string | null | undefined>;
    set(name: string, value: string): unknown;
    delete(name: string): unknown;
  }

  /** No answer in time. The server was told that nobody waits. */
  export class TimeoutError extends McpError {
    readonly stderr?: string[];
    readonly stdout?: string[];
  }

  // Servers

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

    /** The last 1000 calls of tools, for tests; a server that listens keeps none. What a handler threw is a result with isError; error is one of the protocol. */
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
   * name or type ends with "?", they have a default, or `optional: true`. A JSON Schema is of
   * 2020-12, 2019-09, draft-07, draft-06 or draft-04, as its $schema says, 2020-12 without; it may
   * not refer to other documents. `format` is checked up to draft-07, as the drafts have it.
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
    /**
     * Whether calls may go on as tasks, while the client asks after them: where the request says so
     * in its params ("optional"), or always ("required"). Before 2025-11-25 there are no tasks; from
     * 2026-07-28 on they are for clients that declare the extension io.modelcontextprotocol/tasks,
     * which have no say in it: few send `task`. A task is kept for the time that it is asked for, an
     * hour at most, and while it runs; it ends with its session, where it has one.
     */
    execution?: { taskSupport?: "forbidden" | "optional" | "required" };
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

  /** key is the question's name among the inputRequests of 2026-07-28; one is made where none is given. */
  export interface AskOptions { key?: string }

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
    elicit(message: string, schema?: Schema, options?: AskOptions): Promise<{ action: "accept" | "decline" | "cancel"; content?: any }>;
    elicit(params: { mode: "url"; message: string; url: string } | object, options?: AskOptions): Promise<{ action: "accept" | "decline" | "cancel"; content?: any }>;
    /** Asks the client's model; the result's text is beside its fields. */
    sample(
      messages: string | (string | { role: string; content: unknown })[],
      options?: AskOptions & { systemPrompt?: string; maxTokens?: number; temperature?: number; tools?: object[]; [field: string]: unknown },
    ): Promise<{ role: string; content: any; model: string; stopReason?: string; readonly text: string }>;
    roots(options?: AskOptions): Promise<{ uri: string; name?: string }[]>;
    /** Any request to a client of a revision before 2026-07-28. */
    request(method: string, params?: object): Promise<any>;
  }

  const self: typeof import("mcp");
  export default self;
}

/** The module "mcp". */
declare var mcp: typeof import("mcp");
