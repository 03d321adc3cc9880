import { nanoid, customAlphabet, urlAlphabet } from "nanoid";
console.log(nanoid().length, nanoid(5).length, /^[01]{12}$/.test(customAlphabet("01", 12)()), urlAlphabet.length, new Set(Array.from({ length: 1000 }, () => nanoid())).size);
