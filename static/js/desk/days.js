/* The day that it is in the city, which decides about ages, services and agreements, wherever the device is. */

/** Return the day "YYYY-MM-DD" in which the second `now` lies in `timezone` (IANA). */
export function dayIn(timezone, now) {
  const options = { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" };
  const parts = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", options).formatToParts(now * 1000);
  const part = (kind) => parts.find(({ type }) => type === kind).value;
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}
