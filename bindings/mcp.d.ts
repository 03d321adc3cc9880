// see below

/** How to authorize with a server over HTTP. Without it, a server that asks has
 *  a person log in, if there is a terminal or BROWSER; a public one is reached
 *  without any of it. Tokens are kept, and renewed, by themselves. */
export type Auth =
  | "oauth" // have a person log in, whether a terminal is seen or not
  | "none" // leave the server's refusal as it is
  | AuthOptions
  | (() => Record<string, string> | Promise<Record<string, string>>); // the headers to send

export interface AuthOptions {
  /** The token to send; nothing else is done. */
  bearer?: string | (() => string | Promise<string>);
  /** authorization_code (the default): a person, in a browser; client_credentials:
   *  the client itself; token_exchange: an identity provider vouches (enterprise-managed
   *  authorization); jwt_bearer: an assertion vouches (workload identity). */
  grant?: "authorization_code" | "client_credentials" | "token_exchange" | "jwt_bearer";
  /** A client registered beforehand with `issuer`; its secret or private key. */
  clientId?: string;
  clientSecret?: string;
  issuer?: string;
  /** PEM or a JWK: the client authenticates with private_key_jwt. */
  privateKey?: string | object;
  privateKeyFile?: string;
  keyId?: string;
  tokenEndpointAuthMethod?: "none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt";
  /** The https URL of the client's own metadata document. */
  clientMetadataUrl?: string;
  /** Scopes to ask for besides what the server asks for. */
  scopes?: string | string[];
  /** The port on 127.0.0.1 that the browser is sent back to; any by default. */
  redirectPort?: number;
  /** How long to wait for a person: milliseconds, or "2m". 5 minutes by default. */
  loginTimeout?: number | string;
  /** Bind tokens to a key even where the server doesn't ask for it. */
  dpop?: boolean;
  /** A directory to keep tokens in, or "memory" to forget them with the process. */
  tokenStore?: string;
  /** Let the server name addresses that only this machine's network can reach. */
  allowPrivate?: boolean;
  /** Called with the URL that a person has to visit, instead of a browser. May
   *  give the URL that the browser ended up at; otherwise that is awaited on
   *  the loopback redirect. */
  onAuthorize?(url: string): string | void | Promise<string | void>;
  /** With jwt_bearer: what to show, made out to `audience`. */
  assertion?: string | ((audience: string) => string | Promise<string>);
  assertionFile?: string;
  /** With token_exchange: what to show the identity provider, an ID token by default. */
  subjectToken?: string | (() => string | Promise<string>);
  subjectTokenFile?: string;
  subjectTokenType?: string;
  idp?: { issuer?: string; tokenEndpoint?: string; clientId?: string; clientSecret?: string };
}

/** What a server could not be authorized with for. */
export class AuthError extends ConnectionError {
  /** The OAuth error code, such as "invalid_grant", where there is one. */
  readonly oauthError?: string;
  readonly status?: number;
  readonly hint?: string;
}
