/** Where a calendar window begins, as SLO files write it: a moment of local time and the place whose clock shows it. */

/** `2022-01-01 12:00:00` as `2022-01-01T12:00:00`; `undefined` where it is no moment of the calendar. */
export function localMoment(text: string): string | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)$/.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const longest = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const isMoment = day >= 1 && day <= longest && hour <= 23 && minute <= 59 && second <= 59;
  return isMoment ? text.replace(" ", "T") : undefined;
}

/** Whether a name is one of the IANA's, as `Europe/Warsaw` or `UTC`. Offsets such as `+02:00` are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(?:\/[A-Za-z][\w+-]*){0,2}$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
