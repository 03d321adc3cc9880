const t = new EventTarget();
t.addEventListener("x", (e) => console.log(e.type, e.target === t, e.eventPhase), { once: true });
t.addEventListener("x", { handleEvent(e) { e.preventDefault(); console.log("obj", this.handleEvent !== undefined) } });
console.log(t.dispatchEvent(new Event("x", { cancelable: true })), t.dispatchEvent(new CustomEvent("x", { detail: 5 })));
const c = new AbortController();
c.signal.onabort = function (e) { console.log("onabort", this === c.signal, e.type) };
c.signal.addEventListener("abort", () => console.log("listener"));
const any = AbortSignal.any([c.signal, AbortSignal.timeout(5000)]);
any.onabort = () => console.log("any", any.reason === c.signal.reason);
console.log(c.signal, c);
c.abort(); c.abort();
console.log(c.signal.reason.name, c.signal.reason.code, c.signal.reason.message, c.signal.reason instanceof DOMException, c.signal.reason instanceof Error, String(c.signal.reason));
try { c.signal.throwIfAborted() } catch (e) { console.log(e.name) }
console.log(AbortSignal.abort("why").reason, Object.prototype.toString.call(c.signal));
try { new AbortSignal() } catch (e) { console.log(e.name, e.message, e.code) }
for (const f of [() => AbortSignal.timeout(-1), () => AbortSignal.any([1]), () => new Event(), () => t.addEventListener("x", 5), () => t.dispatchEvent({})]) try { f(); console.log("no error") } catch (e) { console.log(e.name, e.code) }
const s = AbortSignal.timeout(10);
await new Promise((r) => { s.addEventListener("abort", r); setTimeout(()=>{}, 50) });
console.log(s.reason.name, s.reason.code, s.reason.message);
const gone = new AbortController(); let n = 0;
t.addEventListener("y", () => n++, { signal: gone.signal }); t.dispatchEvent(new Event("y")); gone.abort(); t.dispatchEvent(new Event("y")); console.log(n);
console.log(new DOMException("m", "DataCloneError").code, DOMException.ABORT_ERR, new DOMException("m").name, new DOMException("a", {name:"X", cause: 3}).cause);
class Mine extends EventTarget { go() { this.dispatchEvent(new Event("go")) } }
const m = new Mine(); m.addEventListener("go", function(e) { console.log(this === m, e.composedPath().length, e.currentTarget === m); e.stopImmediatePropagation() }); m.addEventListener("go", () => console.log("never")); m.go();
console.log(Object.keys(new Event("x")), new Event("q").defaultPrevented);
