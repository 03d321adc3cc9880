import { DateTime, Duration, Interval } from "luxon";
const d = DateTime.fromISO("2024-03-10T06:30:00Z", { zone: "utc" });
console.log(d.plus({ days: 1, hours: 2 }).toISO(), d.toFormat("yyyy LLL dd HH:mm"), d.weekday, d.startOf("week").toISODate());
console.log(d.setZone("America/New_York").toISO(), d.setZone("America/New_York").plus({ hours: 1 }).toISO(), d.setZone("Europe/Berlin").offsetNameShort);
console.log(Duration.fromISO("PT1H30M").toMillis(), Interval.fromDateTimes(d, d.plus({ weeks: 1 })).length("days"), DateTime.fromFormat("12/25/2023", "MM/dd/yyyy", { zone: "utc" }).toISODate(), DateTime.fromISO("x").invalidReason);
console.log(d.diff(DateTime.utc(2024, 1, 1), ["months", "days"]).toObject(), d.toLocaleString(DateTime.DATE_MED, { locale: "en-US" }));
