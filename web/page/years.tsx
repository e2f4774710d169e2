import { useContext, useMemo } from "preact/hooks";
import { Context, useAnswer } from "./context";
import { Text } from "./field";
import { Notices } from "./meaning";
import type { Answer, ForecastReport, ForecastWords, Frame, Pair, TimelineReport } from "./reports";
import { questions, type State } from "./state";
import { Timeline } from "./timeline";

/** What the policy delivers under a schedule, as a table and day by day. */
export function Years() {
  const { state, words, dropped, isRefused } = useContext(Context);
  const forecast = useAnswer<Answer<ForecastReport, ForecastWords>>(isRefused ? null : questions.forecast(state), dropped.changes);
  const timeline = useAnswer<Answer<TimelineReport>>(isRefused ? null : questions.timeline(state), dropped.changes);
  return (
    <>
      <section class="card">
        <h2>{words.schedule}</h2>
        <Schedule />
        {dropped.versions > 0 && <FromDropped />}
        <Notices
          error={forecast.answer?.error}
          blockers={forecast.answer?.report?.blockers ?? []}
          caveats={forecast.answer?.report?.caveats ?? []}
        />
      </section>
      {forecast.answer?.report && (
        <section class={isRefused ? "card stale" : "card"} aria-busy={forecast.isOld}>
          <h2>{words.delivered}</h2>
          <Delivered report={forecast.answer.report} said={forecast.answer.words} />
        </section>
      )}
      {timeline.answer?.report && <Timeline report={timeline.answer.report} isOld={timeline.isOld} />}
    </>
  );
}

function FromDropped() {
  const { state, set, words } = useContext(Context);
  return (
    <label class="check">
      <input type="checkbox" checked={state.fromDropped} onChange={(event) => set({ fromDropped: event.currentTarget.checked, day: -1 })} />
      <span>{words.begin}</span>
    </label>
  );
}

/** The schedule, in the words of the command. */
export function Schedule() {
  const { state, set, words } = useContext(Context);
  const zones = useMemo(() => <Zones />, []);
  const field = (name: keyof State["schedule"], placeholder: string) => (
    <Text
      label={words.fields[name]} value={state.schedule[name]} placeholder={placeholder}
      onWrite={(text) => set({ schedule: { ...state.schedule, [name]: text }, day: -1 })}
    />
  );
  return (
    <>
      <div class="fields">
        {field("every", "1D")}
        {field("at", "02:00")}
        {field("jitter", "0s")}
        {field("miss", "0%")}
        <Text label={words.zone} value={state.zone} list="zones" onWrite={(zone) => set({ zone })} />
      </div>
      <details>
        <summary>{words.more}</summary>
        <div class="fields">
          {field("days", "mon,tue,wed")}
          {field("partial", "0%")}
          {field("off", "2W every 1Y")}
          {field("for", "5Y")}
          {field("seed", "1")}
          <Text label={words.now} value={state.now} placeholder={words.nowHelp} onWrite={(now) => set({ now })} />
        </div>
      </details>
      {zones}
    </>
  );
}

/** The names of all time zones. */
function Zones() {
  return <datalist id="zones">{Intl.supportedValuesOf("timeZone").concat("UTC").map((zone) => <option value={zone} />)}</datalist>;
}

function Delivered({ report, said }: { report: ForecastReport; said: ForecastWords }) {
  const { words, write } = useContext(Context);
  return (
    <>
      <Frames pairs={report.pairs} frames={report.frames} />
      {said.totals && <p lang="en">{said.totals}</p>}
      {report.conclusion && <p lang="en">{report.conclusion}</p>}
      {report.suggestion && (
        <p>
          <button type="button" class="take" onClick={() => write(report.suggestion!.policy)}>{words.write}</button>{" "}
          <code>{report.suggestion.policy}</code>
        </p>
      )}
      <p class="quiet" lang="en">{said.note} {said.summary}</p>
    </>
  );
}

/** What each time frame holds: what was requested, and what is delivered. */
export function Frames({ pairs, frames }: { pairs: Pair[]; frames: Frame[] }) {
  const { words, format } = useContext(Context);
  if (frames.length === 0) return null;
  return (
    <table class="frames">
      <thead><tr>{words.columns.map((column) => <th scope="col">{column}</th>)}</tr></thead>
      <tbody>
        {frames.map((frame) => {
          const pair = pairs[frame.pair]!;
          const gap = frame.gap_seconds;
          return (
            <tr>
              <th scope="row"><code class={`pair-${frame.pair % 6}`}>{pair.frame}</code></th>
              <td data-name={words.columns[1]}>{format.requested(pair.interval_seconds, words)}</td>
              <td data-name={words.columns[2]} data-seconds={gap?.median}>{gap ? format.span(gap.median) : "–"}</td>
              <td data-name={words.columns[3]} data-seconds={gap?.max}>{gap ? format.span(gap.max) : "–"}</td>
              <td data-name={words.columns[4]} data-seconds={frame.gap_bound_seconds ?? undefined}>
                {frame.gap_bound_seconds === null ? "–" : format.span(frame.gap_bound_seconds, "up")}
              </td>
              <td data-name={words.columns[5]}>
                {format.number(frame.versions.median)}{" "}
                {frame.versions.min !== frame.versions.max && (
                  <span class="quiet">({words.range(format.number(frame.versions.min), format.number(frame.versions.max))})</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
