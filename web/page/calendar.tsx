import { useContext } from "preact/hooks";
import { Language } from "./context";
import type { TimelineReport } from "./reports";
import type { Day } from "./timeline";

type Mark = "kept" | "deleted" | "gone" | "none";
const SIGNS: Record<Mark, string> = { kept: "●", deleted: "×", gone: "·", none: "" };
const MONTHS = 12;

/** Which days of the twelve months before a day still have a version. */
export function Calendar({ report, day }: { report: TimelineReport; day: Day }) {
  const { words, format } = useContext(Language);
  const marks = new Map<string, Mark>();
  const [year, month] = format.key(day.now).split("-").map(Number) as [number, number];
  const first = `${year - 1}-${String(month).padStart(2, "0")}-31`;
  const mark = (time: number, name: Mark) => {
    const key = format.key(time);
    if (key > first) marks.set(key, name);
  };
  const oldest = Date.UTC(year - 1, month - 1, 1) / 1000;
  for (const { time, made_by_run: run } of report.versions) {
    if (time >= oldest && time <= day.now && (run === null || report.runs[run]! <= day.now)) mark(time, "gone");
  }
  for (const { time } of day.deleted) if (time >= oldest) mark(time, "deleted");
  for (const { time } of day.existing) if (time >= oldest) mark(time, "kept");
  const months = Array.from({ length: MONTHS }, (_, index) => new Date(Date.UTC(year, month - MONTHS + index, 1)));
  return (
    <>
      <p class="key">
        {(["kept", "deleted", "gone"] as const).map((name) => (
          <span><span class={`sign ${name}`} aria-hidden="true">{SIGNS[name]}</span> {words.key[name]}</span>
        ))}
      </p>
      <div class="calendar">
        {months.map((date) => <Month date={date} marks={marks} />)}
      </div>
    </>
  );
}

function Month({ date, marks }: { date: Date; marks: Map<string, Mark> }) {
  const { words, format } = useContext(Language);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  // Weeks begin on a Monday.
  const blank = (date.getUTCDay() + 6) % 7;
  const weeks = Array.from({ length: Math.ceil((blank + length) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => week * 7 + day - blank + 1),
  );
  return (
    <table>
      <caption>{format.month(year, month)}</caption>
      <tbody>
        {weeks.map((week) => (
          <tr>
            {week.map((number) => {
              if (number < 1 || number > length) return <td />;
              const key = `${year}-${String(month + 1).padStart(2, "0")}-${String(number).padStart(2, "0")}`;
              const name = marks.get(key) ?? "none";
              return (
                <td class={name}>
                  {number}
                  <span class="sign" aria-hidden="true">{SIGNS[name]}</span>
                  {(name === "kept" || name === "deleted") && <span class="sr">{words.key[name]}</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
