import type { Words } from "./words";

/** Spans, numbers and times in a language. */

const UNITS = [["year", 365 * 86_400], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]] as const;

export class Format {
  private readonly numbers: Intl.NumberFormat;
  private readonly units = new Map<string, Intl.NumberFormat>();
  private readonly dates: Intl.DateTimeFormat;
  private readonly times: Intl.DateTimeFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly months: Intl.DateTimeFormat;
  private readonly keys: Intl.DateTimeFormat;

  constructor(readonly language: string, readonly zone: string) {
    const timeZone = isZone(zone) ? zone : "UTC";
    this.numbers = new Intl.NumberFormat(language);
    this.dates = new Intl.DateTimeFormat(language, { timeZone, dateStyle: "medium" });
    this.times = new Intl.DateTimeFormat(language, { timeZone, dateStyle: "medium", timeStyle: "short" });
    this.days = new Intl.DateTimeFormat(language, { timeZone, weekday: "short", day: "numeric", month: "long", year: "numeric" });
    this.months = new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "long", year: "numeric" });
    this.keys = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  }

  number = (value: number): string => this.numbers.format(value);
  date = (unix: number): string => this.dates.format(unix * 1000);
  time = (unix: number): string => this.times.format(unix * 1000);
  day = (unix: number): string => this.days.format(unix * 1000);
  month = (year: number, month: number): string => this.months.format(Date.UTC(year, month, 1));
  /** The local day, such as `2026-11-23`. */
  key = (unix: number): string => this.keys.format(unix * 1000);

  /** A local time without a zone, such as `2026-11-23T02:00:49`, which is already that of the zone. */
  local(text: string): string {
    return new Intl.DateTimeFormat(this.language, { timeZone: "UTC", dateStyle: "medium", timeStyle: "short" }).format(
      Date.parse(`${text}Z`),
    );
  }

  /** A span in its two largest units, rounded to the nearest, or up for an upper limit. */
  span(seconds: number, rounding: "nearest" | "up" = "nearest"): string {
    const largest = UNITS.findIndex(([, length]) => Math.abs(seconds) >= length);
    const first = largest < 0 ? UNITS.length - 1 : largest;
    const step = UNITS[Math.min(first + 1, UNITS.length - 1)]![1];
    let rest = (rounding === "up" ? Math.ceil(seconds / step) : Math.round(seconds / step)) * step;
    const parts: string[] = [];
    for (const [unit, length] of UNITS.slice(Math.max(first - 1, 0), first + 2)) {
      const count = Math.floor(rest / length);
      rest -= count * length;
      if (count > 0) parts.push(this.unit(count, unit));
    }
    return parts.slice(0, 2).join(" ") || this.unit(0, "second");
  }

  /** What an interval asks for. */
  requested(seconds: number, words: Words): string {
    if (seconds === 0) return words.everyBackup;
    const span = this.span(seconds);
    return words.oneEvery(span, /^1\s\S+$/.test(span));
  }

  private unit(count: number, unit: string): string {
    let format = this.units.get(unit);
    if (!format) {
      format = new Intl.NumberFormat(this.language, { style: "unit", unit, unitDisplay: "long" });
      this.units.set(unit, format);
    }
    return format.format(count);
  }
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Places are in bytes of UTF-8, and a text in JavaScript is in units of UTF-16. */
export function unit(text: string, byte: number): number {
  let bytes = 0;
  let at = 0;
  for (const letter of text) {
    if (bytes >= byte) break;
    const code = letter.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += letter.length;
  }
  return at;
}
