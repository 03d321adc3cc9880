interface Number { toLocaleString(locales?: string | string[], options?: object): string; }
/** TypeScript's own lib has Intl's types. mcpjs knows the locales en (US GB AU CA NZ IE), de (AT CH), fr (CA BE CH), es (MX AR), it (CH), pt (BR PT), nl (BE), ja, zh (CN TW), ko, ru, pl, sv, da, nb, fi, cs, tr and uk; others throw a RangeError. */
