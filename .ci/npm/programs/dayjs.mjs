import dayjs from "dayjs"; import utc from "dayjs/plugin/utc.js"; import duration from "dayjs/plugin/duration.js"; import relative from "dayjs/plugin/relativeTime.js"; import custom from "dayjs/plugin/customParseFormat.js"; import iso from "dayjs/plugin/isoWeek.js"; import timezone from "dayjs/plugin/timezone.js"; import "dayjs/locale/de.js";
for (const p of [utc, duration, relative, custom, iso, timezone]) dayjs.extend(p);
const d = dayjs.utc("2024-02-28T23:30:00Z");
console.log(d.add(1, "day").format("YYYY-MM-DD HH:mm:ss [UTC] dddd"), d.endOf("month").toISOString(), d.isoWeek(), d.diff(dayjs.utc("2023-01-01"), "day"));
console.log(dayjs.utc("31/12/2023 23:59", "DD/MM/YYYY HH:mm").toISOString(), dayjs.duration(3_725_000).format("HH:mm:ss"), d.from(d.add(3, "hour")), d.locale("de").format("dddd, D. MMMM"), dayjs("nonsense").isValid());
console.log(dayjs.tz("2024-07-01 12:00", "America/New_York").toISOString(), d.tz("Asia/Tokyo").format("YYYY-MM-DD HH:mm Z"));
