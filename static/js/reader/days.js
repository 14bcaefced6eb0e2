/* Seconds and days, all of them in UTC: nothing here asks the clock or the time zone of the device.

   Seconds count from 1970; a day is written "YYYY-MM-DD", so that days compare as texts. */

/** The last second of the year 9999: what Python, browsers and databases all still call a date. */
export const MAX_TIME = 253402300799;

/** Whether `value` is a whole second between 1970 and 9999. A BigInt is none: it lies far beyond. */
export function isTime(value) {
  return Number.isInteger(value) && 0 <= value && value <= MAX_TIME;
}

/** Return the day in which the second `seconds` lies. */
export function dayOf(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Return the second `seconds` as "YYYY-MM-DDTHH:MM:SSZ". */
export function writtenMoment(seconds) {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Whether `value` is "YYYY-MM-DD" of a day that exists. */
export function isDay(value) {
  if (typeof value !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return false;
  return exists(...value.split("-").map(Number));
}

/** Whether the calendar has this day. */
export function exists(year, month, day) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year >= 1 && 1 <= month && month <= 12 && 1 <= day && day <= days[month - 1];
}

/** Return `now` if it is a time that can be compared; NaN would be "not over" for every card that has ended. */
export function demandNow(now) {
  if (typeof now !== "number" || !(0 <= now && now <= MAX_TIME)) throw new TypeError("now is in seconds since 1970");
  return now;
}
