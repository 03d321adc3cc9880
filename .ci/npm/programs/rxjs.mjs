import { of, from, interval, Subject, merge, lastValueFrom, firstValueFrom, map, filter, take, toArray, mergeMap, scan, catchError, throwError, retry, defer, debounceTime, bufferCount, concat, timer, timeout } from "rxjs";
console.log(await lastValueFrom(from([1, 2, 3, 4]).pipe(filter((n) => n % 2 === 0), map((n) => n * 10), scan((a, b) => a + b, 0), toArray())));
console.log(await lastValueFrom(interval(2).pipe(take(3), mergeMap(async (n) => "v" + n), toArray())), await firstValueFrom(throwError(() => new Error("no")).pipe(catchError((e) => of(e.message)))));
let n = 0; console.log(await lastValueFrom(defer(() => ++n < 3 ? throwError(() => new Error("again")) : of("ok " + n)).pipe(retry(5))));
const s = new Subject(), seen = []; s.pipe(bufferCount(2)).subscribe({ next: (v) => seen.push(v), complete: () => seen.push("end") }); [1, 2, 3].forEach((v) => s.next(v)); s.complete(); console.log(seen);
console.log(await lastValueFrom(merge(timer(30).pipe(map(() => "slow")), of("fast")).pipe(toArray())), await lastValueFrom(timer(5000).pipe(timeout(5))).catch((e) => e.name));
