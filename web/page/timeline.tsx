import { useContext, useMemo } from "preact/hooks";
import { Calendar } from "./calendar";
import { Context, Language, useWidth } from "./context";
import type { Pair, TimelineReport } from "./reports";

const DAY = 86_400;
type Version = TimelineReport["versions"][number];

/** What exists on a day, after its runs. */
export interface Day {
  /** The end of the day's last run, or of the day. */
  now: number;
  existing: Version[];
  deleted: Version[];
}

/** The days of a simulation, and what exists on each. */
export class Days {
  readonly count: number;
  private readonly first: number;

  constructor(private readonly report: TimelineReport) {
    const { runs } = report;
    this.first = runs[0] ?? 0;
    this.count = runs.length === 0 ? 0 : Math.floor((runs[runs.length - 1]! - this.first) / DAY) + 1;
  }

  /** The day with this number, from 0. */
  at(day: number): Day {
    const { runs, versions } = this.report;
    const from = this.first + day * DAY;
    // The runs before the day, and those before its end.
    const [before, until] = [place(runs, from), place(runs, from + DAY)];
    const isMade = (version: Version) => version.made_by_run === null || version.made_by_run < until;
    const existing: Version[] = [];
    const deleted: Version[] = [];
    for (const version of versions) {
      if (!isMade(version)) continue;
      if (version.deleted_by_run === null || version.deleted_by_run >= until) existing.push(version);
      else if (version.deleted_by_run >= before) deleted.push(version);
    }
    return { now: until > before ? runs[until - 1]! : from, existing, deleted };
  }

  /** The next day after this one on which something is deleted, or the last day. */
  nextDeletion(day: number): number {
    const { runs, versions } = this.report;
    const until = place(runs, this.first + (day + 1) * DAY);
    const next = versions.reduce(
      (least, { deleted_by_run: run }) => (run !== null && run >= until && run < least ? run : least),
      runs.length - 1,
    );
    return Math.floor((runs[next]! - this.first) / DAY);
  }
}

/** How many of these times, in order, are before a time. */
function place(times: number[], time: number): number {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (times[middle]! < time) from = middle + 1;
    else to = middle;
  }
  return from;
}

export function Timeline({ report, isOld }: { report: TimelineReport; isOld: boolean }) {
  const { state, set, words, format, isRefused } = useContext(Context);
  const days = useMemo(() => new Days(report), [report]);
  const last = days.count - 1;
  const number = state.day < 0 ? last : Math.min(state.day, last);
  const day = useMemo(() => days.at(number), [days, number]);
  const picture = useMemo(() => <Picture day={day} pairs={report.pairs} />, [day, report]);
  const calendar = useMemo(() => <Calendar report={report} day={day} />, [day, report]);
  if (days.count === 0) return null;
  const go = (to: number) => set({ day: Math.max(0, Math.min(to, last)) });
  const count = words.exist(format.number(day.existing.length));
  return (
    <section class={isRefused ? "card stale" : "card"} aria-busy={isOld}>
      <h2>{words.timeline}</h2>
      <p class="quiet">{words.timelineHelp}</p>
      {picture}
      <div class="slider">
        <button type="button" aria-label={words.dayBack} onClick={() => go(number - 1)}>‹</button>
        <input
          type="range" min={0} max={last} value={number} aria-label={words.day}
          aria-valuetext={`${format.day(day.now)}, ${count}`} onInput={(event) => go(Number(event.currentTarget.value))}
        />
        <button type="button" aria-label={words.dayOn} onClick={() => go(number + 1)}>›</button>
        <button type="button" onClick={() => go(days.nextDeletion(number))}>{words.nextDeletion}</button>
      </div>
      <div class="day" aria-live="polite">
        <p><strong>{format.day(day.now)}</strong> · {count}</p>
        {day.deleted.length === 0 ? <p class="quiet">{words.nothingDeleted}</p> : (
          <>
            <p>{words.deletedToday(format.number(day.deleted.length))}</p>
            <ul>
              {day.deleted.slice(0, 8).map((version) => (
                <li>
                  <span class="cross" aria-hidden="true">×</span> {words.versionOf(format.time(version.time))}{" "}
                  <span class="quiet">({words.ageOf(format.span(day.now - version.time))})</span>:{" "}
                  <span lang="en">{report.rules[version.rule!]}</span>
                </li>
              ))}
              {day.deleted.length > 8 && <li class="quiet">…</li>}
            </ul>
          </>
        )}
      </div>
      <h3>{words.calendar}</h3>
      <p class="quiet">{words.calendarHelp}</p>
      {calendar}
    </section>
  );
}

const HEIGHT = 132;
const MARKS = [3600, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, 730 * DAY, 1825 * DAY, 3650 * DAY];

/** The versions of a day by age on a logarithmic scale, over the time frames. */
function Picture({ day, pairs }: { day: Day; pairs: Pair[] }) {
  const { words, format } = useContext(Language);
  const [measure, width] = useWidth();
  const ages = day.existing.map(({ time }) => day.now - time);
  const frames = pairs.map((pair, index) => ({ ...pair, index })).sort((one, other) => reach(one) - reach(other));
  const longest = Math.max(30 * DAY, ...frames.map(reach).filter(Number.isFinite), ...ages) * 1.15;
  const right = width - 26;
  const x = (age: number) => right - (Math.log(Math.max(age, 1800) / 1800) / Math.log(longest / 1800)) * (right - 8);
  let before = width;
  let label = Infinity;
  return (
    <div ref={measure} class="picture">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={`${format.day(day.now)}: ${words.exist(format.number(day.existing.length))}`}>
          {frames.map((pair) => {
            const from = Number.isFinite(reach(pair)) ? x(reach(pair)) : 0;
            const band = { from, to: before };
            before = Math.min(before, from);
            const room = band.to - band.from;
            if (room <= 0) return null;
            const requested = format.requested(pair.interval_seconds, words);
            return (
              <g class={`band pair-${pair.index % 6}`}>
                <rect x={band.from} y={8} width={room} height={84} />
                <line x1={band.from} x2={band.from} y1={8} y2={92} />
                {room > 44 && <text x={band.from + 6} y={24} class="name">{pair.frame}</text>}
                {room > 12 + 6.7 * requested.length && <text x={band.from + 6} y={39} class="small">{requested}</text>}
              </g>
            );
          })}
          {day.existing.map((version) => (
            <circle class={version.partial ? "dot half" : "dot"} cx={x(day.now - version.time)} cy={66} r={5}>
              <title>{`${format.time(version.time)}, ${words.ageOf(format.span(day.now - version.time))}`}</title>
            </circle>
          ))}
          {day.deleted.map((version) => {
            const at = x(day.now - version.time);
            return (
              <path class="gone" d={`M${at - 5} 61l10 10m0 -10l-10 10`}>
                <title>{`${words.key.deleted}: ${format.time(version.time)}`}</title>
              </path>
            );
          })}
          {MARKS.map((mark) => {
            const at = x(mark);
            if (mark > longest || label - at < 64) return null;
            label = at;
            return (
              <g class="mark">
                <line x1={at} x2={at} y1={92} y2={98} />
                <text x={Math.max(at, 22)} y={113} class="small middle">{format.span(mark)}</text>
              </g>
            );
          })}
          <text x={width} y={126} class="small end">{words.today}</text>
        </svg>
      )}
    </div>
  );
}

const reach = (pair: Pair) => pair.frame_seconds ?? Infinity;
