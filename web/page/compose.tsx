import { useContext, useEffect, useRef } from "preact/hooks";
import { Context, useAnswer } from "./context";
import { Text } from "./field";
import { ask } from "./library";
import { Notices } from "./meaning";
import type { Answer, CheckReport, CheckWords, ComposeReport, Coverage } from "./reports";
import { GOALS, question, questions, START, type State } from "./state";
import { Schedule } from "./years";

const LONGEST = [["all", 0], ["hourly", 3600], ["daily", 86_400], ["weekly", 7 * 86_400], ["monthly", 31 * 86_400], ["yearly", 366 * 86_400]] as const;

/** The goals that a policy's pairs stand for. */
export function goalsOf(policy: string, release: string): State["goals"] {
  const check = ask<Answer<CheckReport, CheckWords>>(question("check", { ...START, policy, release }));
  const pairs = check.report?.servers.find((server) => server.release === release)?.pairs ?? [];
  const goals: State["goals"] = {};
  for (const { frame, frame_seconds, interval_seconds } of pairs) {
    const kind = LONGEST.find(([, longest]) => interval_seconds <= longest)?.[0];
    if (kind) goals[kind] = frame_seconds === null ? "forever" : frame;
  }
  return goals;
}

/** The goals as a form, beside the policy's text: either changes the other. */
export function Compose() {
  const { state, set, words, format, dropped } = useContext(Context);
  // The goals that were typed here: their policy, and no earlier one, goes into the field above.
  const edited = useRef<State["goals"] | null>(null);
  const hasGoal = Object.values(state.goals).some(Boolean);
  const found = useAnswer<Answer<ComposeReport>>(hasGoal ? questions.compose(state) : null, dropped.changes);
  const { isOld } = found;
  const answer = hasGoal ? found.answer : null;
  const report = answer?.report;
  useEffect(() => {
    if (report && !isOld && edited.current === state.goals) {
      edited.current = null;
      set({ policy: report.policy });
    }
  }, [report, isOld, state.goals]);
  const write = (goals: State["goals"]) => {
    edited.current = { ...state.goals, ...goals };
    set({ goals: edited.current });
  };
  const longest = ({ longest_gap_seconds, short_seconds }: Coverage) =>
    format.span(longest_gap_seconds) + (short_seconds > 0 ? `, ${words.endsEarly(format.span(short_seconds))}` : "");
  return (
    <>
      <section class="card">
        <h2>{words.goals}</h2>
        <p class="quiet">{words.goalsHelp}</p>
        <div class="fields">
          {GOALS.map((goal, index) => (
            <Text
              label={words.goalNames[goal]} value={state.goals[goal]} placeholder={["7D", "2D", "3M", "1Y", "forever", "forever"][index]!}
              onWrite={(text) => write({ [goal]: text })}
            />
          ))}
        </div>
        <p class="counts">
          <Text label={words.counts} value={state.goals.counts} placeholder="keep-last=3,keep-daily=7,keep-weekly=4" onWrite={(counts) => write({ counts })} />
        </p>
        <details>
          <summary>{words.schedule}</summary>
          <Schedule />
        </details>
      </section>
      <section class="card" aria-busy={isOld}>
        <h2>{words.composed}</h2>
        {!hasGoal && <p class="quiet">{words.noGoal}</p>}
        <Notices error={answer?.error} caveats={report?.caveats ?? []} />
        {report && (
          <>
            <p class="composed">
              <code>{report.policy}</code>{" "}
              {report.policy !== state.policy && (
                <button type="button" class="take" onClick={() => set({ policy: report.policy })}>{words.take(report.policy)}</button>
              )}
            </p>
            <table class="frames">
              <thead><tr>{words.goalColumns.map((column) => <th scope="col">{column}</th>)}</tr></thead>
              <tbody>
                {report.goals.map((goal) => (
                  <tr>
                    <th scope="row"><code>{goal.goal.replace(/^--/, "")}</code></th>
                    <td data-name={words.goalColumns[1]}>{format.span(goal.promised_gap_seconds)}</td>
                    <td data-name={words.goalColumns[2]}>{longest(goal.delivered)}</td>
                    <td data-name={words.goalColumns[3]} class={worse(goal) ? "wide" : undefined}>{longest(goal.delivered_by_usual_policy)}</td>
                  </tr>
                ))}
                <tr>
                  <th scope="row">{words.versions}</th>
                  <td />
                  <td data-name={words.goalColumns[2]}>{format.number(report.versions?.median ?? 0)}</td>
                  <td data-name={words.goalColumns[3]}>{format.number(report.versions_with_usual_policy?.median ?? 0)}</td>
                </tr>
              </tbody>
            </table>
            <p>{!report.is_filled ? words.tooShort : report.promises_kept ? words.promised(report.condition) : words.broken}</p>
            <p class="quiet">{words.usualText(report.usual_policy)}</p>
          </>
        )}
      </section>
    </>
  );
}

const worse = (goal: ComposeReport["goals"][number]) =>
  goal.delivered_by_usual_policy.longest_gap_seconds > goal.promised_gap_seconds || goal.delivered_by_usual_policy.short_seconds > 0;
