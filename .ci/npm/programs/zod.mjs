import { z } from "zod";
const User = z.object({ id: z.uuid(), email: z.email(), age: z.number().int().min(18).optional(), tags: z.array(z.string()).default([]), role: z.enum(["admin", "user"]), at: z.coerce.date() }).strict();
console.log(User.parse({ id: "f47ac10b-58cc-4372-a567-0e02b2c3d479", email: "a@b.co", role: "user", at: "2024-01-02T03:04:05Z" }));
const bad = User.safeParse({ id: "x", email: "no", age: 3.5, role: "root", at: "?", extra: 1 });
console.log(bad.success, bad.error.issues.map((i) => [i.code, i.path.join("."), i.message]));
console.log(z.treeifyError(bad.error).properties.age, z.prettifyError(bad.error).split("\n").length);
const S = z.discriminatedUnion("k", [z.object({ k: z.literal("a"), n: z.number() }), z.object({ k: z.literal("b"), s: z.string().transform((s) => s.length) })]);
console.log(S.parse({ k: "b", s: "four" }), S.safeParse({ k: "c" }).error.issues[0].code);
console.log(JSON.stringify(z.toJSONSchema(z.object({ a: z.string().regex(/^x+$/).describe("an x"), b: z.union([z.int(), z.null()]), c: z.record(z.string(), z.boolean()) }))));
console.log(await z.string().refine(async (s) => s === "ok", "not ok").safeParseAsync("no").then((r) => r.error.issues[0].message), z.string().min(2).catch("??").parse(1), z.iso.datetime().safeParse("2024-01-01T00:00:00Z").success);
try { z.number().parse("1"); } catch (e) { console.log(e instanceof z.ZodError, e.name, e.issues); }
