/** What all of JSON Schema offers, as "mcpjs types" found it; do not edit. */
declare module "mcp" {
  export interface Servers {
    schemas: AllOfJSONSchemaServer.Types;
    "./schemas.py --with \"quotes\"": AllOfJSONSchemaServer.Types;
  }

  export namespace AllOfJSONSchemaServer {
    interface Types { tools: Tools; aliases: Aliases; prompts: Prompts; resources: Resources }

    interface Tools {
      none: ToolTypes<object>;
      /** Takes what it is given */
      empty: ToolTypes<object>;
      closed: ToolTypes<{ [key: string]: never }>;
      /**
       * Of every type.
       *
       * In two paragraphs.
       */
      scalars: ToolTypes<{
        /**
         * a string
         *
         * @format date-time
         * @pattern ^a.*\/b$
         * @minLength 1
         * @maxLength 30
         */
        s: string;
        /**
         * @default 3
         * @minimum 0
         * @maximum 10
         */
        i?: number;
        /**
         * @exclusiveMinimum 0
         * @multipleOf 0.5
         */
        n?: number;
        /** @deprecated */
        b?: boolean;
        z?: null;
        /** @default "x" */
        filled?: string;
        many?: string | number | null;
        nullable?: string | null;
        anything?: unknown;
        all?: unknown;
        nothing?: never;
        unlisted: unknown;
      }>;
      literals: ToolTypes<{
        const?: "x";
        enum?: "a" | "b" | "it's \"c\"\\" | "line\nbreak" | "`${d}`";
        numbers?: 1 | -2.5 | 1e3 | number | null | true;
        nullableEnum?: "a" | null;
        object?: { a: [1, "two", null]; "b-c": {} };
        titled?: "s" | "l";
        list?: ("a" | "b")[];
      }>;
      combined: ToolTypes<{
        any?: string | string[];
        one?: {
          kind: "a";
          x: number;
        } | {
          kind: "b";
        };
        all?: {
          x?: number;
        } & {
          y: string;
        };
        either?: {
          id?: number;
          name?: string;
        } & ({
          id: unknown;
        } | {
          name: unknown;
        });
        mixed?: (string | null) & ("a" | null | "b");
      }>;
      objects: ToolTypes<{
        open?: {
          a?: number;
          [key: string]: unknown;
        };
        map?: { [key: string]: number };
        mapAndMore?: {
          a: number;
          b: string;
          [key: string]: unknown;
        };
        patterns?: { [key: string]: number | string };
        "odd names"?: {
          ""?: unknown;
          "a-b"?: string;
          "1"?: string;
          "ünï"?: string;
          constructor?: string;
          __proto__?: string;
          toString?: string;
          "new\nline"?: string;
          "*/"?: string;
        };
      }>;
      arrays: ToolTypes<{
        list?: unknown[];
        of?: (string | null)[];
        nested?: {
          a?: string;
        }[][];
        /**
         * @minItems 2
         * @maxItems 2
         */
        tuple?: [string, number];
        /** @minItems 1 */
        "open tuple"?: [string, ("a" | "b")?, ...boolean[]];
        "old tuple"?: [string?, number?];
      }>;
      references: ToolTypes<{
        /** the whole tree */
        tree: ReferencesTree;
        named?: ReferencesByAnchor;
        escaped?: ReferencesABC;
        self?: ReferencesRoot;
        remote?: unknown /* "https://example.com/*\/schema.json" is not in the schema */;
        missing?: unknown /* "#/$defs/none" is not in the schema */ | string;
        old?: ReferencesOld;
      }>;
      circles: ToolTypes<{
        itself?: CirclesItself;
        ping?: CirclesPing;
        json?: CirclesJson;
        both?: CirclesBoth;
      }>;
      structured: ToolTypes<object, {
        /** @default 1 */
        a: number;
        /** @default "" */
        b?: string;
      }>;
      wrapped: ToolTypes<object, {
        result: number[];
      }, number[]>;
      fastmcp_wrapped: ToolTypes<object, {
        result: {
          x?: number;
        } | null;
      }, {
        x?: number;
      } | null>;
      "perhaps wrapped": ToolTypes<object, {
        result?: { [key: string]: unknown } | string;
      }, any>;
      /** Called by brackets, or in camel case */
      "a tool [with] odd/name": ToolTypes<object>;
      "get-sum": ToolTypes<object>;
      getSum: ToolTypes<object>;
    }

    /** Names of client.tools beside the tools' own. */
    interface Aliases {
      fastmcpWrapped: Tools["fastmcp_wrapped"];
      perhapsWrapped: Tools["perhaps wrapped"];
      /** Called by brackets, or in camel case */
      aToolWithOddName: Tools["a tool [with] odd/name"];
    }

    interface Prompts {
      /** Without arguments */
      plain: { [key: string]: never };
      /**
       * Write
       *
       * Writes
       */
      "write-about": {
        /** about what */
        topic: PromptArgument;
        "in-tone"?: PromptArgument;
      };
    }

    type Resources = "demo://a"
      | "file:///with \"quotes\"";

    /** A tree of numbers */
    type ReferencesTree = {
      value: number;
      children?: ReferencesTree[];
    };
    type ReferencesByAnchor = string;
    type ReferencesABC = 1 | 2;
    type ReferencesRoot = {
      /** the whole tree */
      tree: ReferencesTree;
      named?: ReferencesByAnchor;
      escaped?: ReferencesABC;
      self?: ReferencesRoot;
      remote?: unknown /* "https://example.com/*\/schema.json" is not in the schema */;
      missing?: unknown /* "#/$defs/none" is not in the schema */ | string;
      old?: ReferencesOld;
    };
    type ReferencesOld = number | null;
    type CirclesItself = unknown;
    type CirclesPing = CirclesPong | string;
    type CirclesJson = string | number | boolean | null | CirclesJson[] | { [key: string]: CirclesJson };
    type CirclesBoth = {
      a?: CirclesBoth;
    };
    type CirclesPong = unknown;
  }
}
