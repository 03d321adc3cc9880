/** What *\/ }}; eval("x") offers, as "mcpjs types" found it; do not edit. */
declare module "mcp" {
  export interface Servers {
    "\"]: never }; declare const injected: 1; /*": EvalXServer.Types;
    "`${process.exit()}`": EvalXServer.Types;
    __proto__: EvalXServer.Types;
  }

  export namespace EvalXServer {
    interface Types { tools: Tools; aliases: Aliases; prompts: Prompts; resources: Resources }

    interface Tools {
      /**
       * *\/ evil();
       * /** *\/ declare const evil: 1;   evil() [31m
       */
      "*/ evil(); /*": ToolTypes<{
        /**
         * *\/ more than a word
         *
         * *\/}
         *
         * @default "*\/\n`${x}`"
         * @format *\/ x
         * @pattern *\/
         */
        "*/"?: unknown;
      }>;
      __proto__: ToolTypes<{
        __proto__?: ProtoProto;
      }>;
      constructor: ToolTypes<object>;
      toString: ToolTypes<object>;
      then: ToolTypes<object>;
      "": ToolTypes<object>;
      " \n\t": ToolTypes<object>;
      twice: ToolTypes<{
        last?: string;
      }>;
      "wrong types": ToolTypes<{
        a?: unknown;
        b?: unknown;
        c?: unknown;
        d?: unknown;
        e?: unknown;
        f?: unknown;
        g?: unknown;
        h?: unknown;
        i?: unknown;
        j?: unknown;
        k?: unknown;
        l?: unknown;
        m?: unknown;
        n?: unknown[];
        o?: unknown[];
        p?: { [key: string]: unknown };
        q?: { [key: string]: unknown };
        r?: {
          x: unknown;
        };
        s?: unknown;
        t?: unknown;
        u?: unknown /* "#//" is not in the schema */;
        v?: unknown /* "#/%zz" is not in the schema */;
        w?: unknown /* "*\/ //" is not in the schema */;
        /** @minItems -3 */
        x?: [unknown?, ...unknown[]];
        /** @minItems 1e999 */
        y?: [unknown?, never?, ...unknown[]];
        z?: { [key: string]: never };
      }>;
      "schema is a string": ToolTypes<object>;
      "schema is a list": ToolTypes<object>;
      "schema is true": ToolTypes<object>;
      "arguments are a string": ToolTypes<object, string>;
      "refers to its own parts": ToolTypes<{
        a?: RefersToItsOwnPartsA;
        b?: RefersToItsOwnPartsProperties;
        c?: RefersToItsOwnPartsItems;
        d?: RefersToItsOwnPartsC[];
        e?: unknown;
        zz: unknown;
      }>;
      "circle of alternatives": ToolTypes<CircleOfAlternativesA>;
      "product of unions": ToolTypes<{
        p?: unknown;
      }>;
      "names of its own types": ToolTypes<NamesOfItsOwnTypesToolTypes>;
      "日本": ToolTypes<{
        s?: ToolTypes2;
        t?: Tools2;
        u?: Array;
        v?: Type;
      }>;
    }

    /** Names of client.tools beside the tools' own. */
    interface Aliases {
      /**
       * *\/ evil();
       * /** *\/ declare const evil: 1;   evil() [31m
       */
      evil: Tools["*/ evil(); /*"];
      proto: Tools["__proto__"];
      wrongTypes: Tools["wrong types"];
      schemaIsAString: Tools["schema is a string"];
      schemaIsAList: Tools["schema is a list"];
      schemaIsTrue: Tools["schema is true"];
      argumentsAreAString: Tools["arguments are a string"];
      refersToItsOwnParts: Tools["refers to its own parts"];
      circleOfAlternatives: Tools["circle of alternatives"];
      productOfUnions: Tools["product of unions"];
      namesOfItsOwnTypes: Tools["names of its own types"];
    }

    interface Prompts {
      "*/": { [key: string]: never };
      /** *\/ */
      p: {
        /** *\/ */
        "*/"?: PromptArgument;
        a: PromptArgument;
      };
    }

    type Resources = "\"; */ `${x}`\n";

    type ProtoProto = {
      constructor?: ProtoConstructor;
    };
    type ProtoConstructor = "*/" | "\"" | "\\" | "\n" | "\u2028" | "`" | "${x}" | "</script>";
    type RefersToItsOwnPartsA = unknown;
    type RefersToItsOwnPartsProperties = unknown;
    type RefersToItsOwnPartsItems = RefersToItsOwnPartsC;
    type RefersToItsOwnPartsC = unknown;
    type CircleOfAlternativesA = CircleOfAlternativesB | CircleOfAlternativesRoot;
    type CircleOfAlternativesB = unknown;
    type CircleOfAlternativesRoot = unknown;
    type NamesOfItsOwnTypesToolTypes = {
      x?: NamesOfItsOwnTypesTools;
    };
    type NamesOfItsOwnTypesTools = string;
    type ToolTypes2 = string;
    type Tools2 = string;
    type Array = string[];
    type Type = { [key: string]: unknown };
  }
}
