package stdlib

import (
	_ "embed"

	"mcpjs/engine"
)

//go:embed blob.js
var blobSource string

var blobCode = engine.Embed("blob.js", blobSource)

// blob is Blob, File and FormData; a Blob holds its bytes in memory.
var blob = engine.Module{
	Globals: func(rt *engine.Runtime) { lazyExports(rt, blobExports, "Blob", "File", "FormData") },
	Types: `type BlobPart = string | ArrayBuffer | ArrayBufferView | Blob;
declare class Blob {
  constructor(parts?: Iterable<BlobPart>, options?: { type?: string; endings?: "transparent" | "native" });
  readonly size: number;
  readonly type: string;
  slice(start?: number, end?: number, type?: string): Blob;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array>;
  stream(): ReadableStream<Uint8Array>;
}
declare class File extends Blob {
  constructor(parts: Iterable<BlobPart>, name: string, options?: { type?: string; lastModified?: number });
  readonly name: string;
  readonly lastModified: number;
  readonly webkitRelativePath: string;
}
type FormDataEntryValue = string | File;
declare class FormData implements Iterable<[string, FormDataEntryValue]> {
  constructor();
  append(name: string, value: string | Blob, fileName?: string): void;
  set(name: string, value: string | Blob, fileName?: string): void;
  delete(name: string): void;
  get(name: string): FormDataEntryValue | null;
  getAll(name: string): FormDataEntryValue[];
  has(name: string): boolean;
  forEach(fn: (value: FormDataEntryValue, name: string, form: FormData) => void): void;
  entries(): IterableIterator<[string, FormDataEntryValue]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<FormDataEntryValue>;
  [Symbol.iterator](): IterableIterator<[string, FormDataEntryValue]>;
}
`,
}

func blobExports(rt *engine.Runtime) *engine.Object {
	return blobCode.Load(rt, func() []engine.Value {
		native := rt.VM().NewObject()
		rt.Method(native, "encode", func(c engine.Call) engine.Value { return rt.Bytes([]byte(c.Argument(0).String())) })
		return []engine.Value{native}
	})
}

func isBlob(rt *engine.Runtime, v engine.Value) bool {
	is, _ := engine.Function(blobExports(rt).Get("isBlob"))
	yes, err := is(engine.Undefined(), v)
	return err == nil && yes.ToBoolean()
}
