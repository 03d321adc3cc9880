import { format, addMonths, differenceInBusinessDays, parse, formatDistance, eachDayOfInterval, startOfISOWeek, intervalToDuration, formatISO, isValid, parseISO, lightFormat } from "date-fns"; import { fr } from "date-fns/locale";
const d = new Date(2024, 0, 31, 13, 5, 9);
console.log(format(d, "yyyy-MM-dd'T'HH:mm:ss, EEEE do MMMM, QQQ, I"), format(addMonths(d, 1), "P p"), format(d, "PPPP", { locale: fr }));
console.log(differenceInBusinessDays(new Date(2024, 1, 12), d), format(parse("12 févr. 2024", "d MMM yyyy", d, { locale: fr }), "yyyy-MM-dd"), formatDistance(d, addMonths(d, 3), { addSuffix: true }));
console.log(eachDayOfInterval({ start: d, end: new Date(2024, 1, 2) }).length, lightFormat(startOfISOWeek(d), "yyyy-MM-dd"), intervalToDuration({ start: d, end: new Date(2025, 2, 1) }), isValid(parseISO("2024-13-01")), formatISO(d, { representation: "date" }));
try { format(new Date(NaN), "P"); } catch (e) { console.log(e.name, e.message); }
