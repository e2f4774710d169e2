import { useContext } from "preact/hooks";
import { Context, useAnswer } from "./context";
import { Field, Releases } from "./field";
import { ask } from "./library";
import { Notices } from "./meaning";
import type { Answer, CheckReport, CheckWords, CompareReport, CompareWords } from "./reports";
import { questions } from "./state";

/** Two policies, or one under two releases, side by side. */
export function Compare() {
  const { state, set, words, format, dropped, isRefused } = useContext(Context);
  const { answer, isOld } = useAnswer<Answer<CompareReport, CompareWords>>(isRefused ? null : questions.compare(state), dropped.changes);
  const report = answer?.report;
  const kinds = ["policy", "release"] as const;
  return (
    <>
      <section class="card">
        <fieldset class="switch">
          <legend>{words.compareWith}</legend>
          <div>
            {kinds.map((kind) => (
              <label>
                <input type="radio" name="compare" checked={state.compareWith === kind} onChange={() => set({ compareWith: kind })} />
                <span>{words.compareKinds[kind]}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {state.compareWith === "policy" ? (
          <Field
            id="other-policy" label={words.otherPolicy} help={words.policyHelp} value={state.otherPolicy}
            check={ask<Answer<CheckReport, CheckWords>>(questions.check({ ...state, policy: state.otherPolicy }))}
            onWrite={(otherPolicy) => set({ otherPolicy })}
          />
        ) : (
          <Releases label={words.otherRelease} name="other-release" value={state.otherRelease} onChoose={(otherRelease) => set({ otherRelease })} />
        )}
        <div id="other-policy-problems"><Notices error={answer?.error} caveats={report?.caveats ?? []} /></div>
      </section>
      {report && (
        <section class={isRefused ? "card stale" : "card"} aria-busy={isOld}>
          {report.conclusions.map((sentence) => <p lang="en" class="conclusion">{sentence}</p>)}
          {report.sides.map(({ dangers, blockers }) => <Notices dangers={dangers} blockers={blockers} />)}
          <table class="frames compare">
            <thead>
              <tr><th scope="col">{words.ageColumn}</th>{report.sides.map(({ name }) => <th scope="col"><code>{name}</code></th>)}</tr>
            </thead>
            <tbody lang="en">
              {answer.words.ages.map(([ages, one, other]) => (
                <tr class={one === other ? "same" : undefined}>
                  <th scope="row">{ages}</th>
                  <td data-name={report.sides[0]!.name}>{one}</td>
                  <td data-name={report.sides[1]!.name}>{other}</td>
                </tr>
              ))}
            </tbody>
            {report.over_the_years && (
              <tbody>
                {overTheYears(report.over_the_years.delivered).map(([name, one, other]) => (
                  <tr>
                    <th scope="row">{name}</th>
                    <td data-name={report.sides[0]!.name}>{one}</td>
                    <td data-name={report.sides[1]!.name}>{other}</td>
                  </tr>
                ))}
              </tbody>
            )}
          </table>
          {answer.words.years && <p class="quiet" lang="en">{answer.words.years.replace(/:$/, ".")}</p>}
          {report.now_deleted && <Now now={report.now_deleted} names={report.sides.map(({ name }) => name)} />}
        </section>
      )}
    </>
  );

  function overTheYears(sides: NonNullable<CompareReport["over_the_years"]>["delivered"]) {
    const row = (name: string, text: (side: (typeof sides)[number]) => string) => [name, ...sides.map(text)] as const;
    return [
      row(words.overYears.versions, ({ versions }) => (versions ? format.number(versions.median) : "–")),
      row(words.overYears.range, ({ versions }) =>
        versions ? words.range(format.number(versions.min), format.number(versions.max)) : "–"),
      row(words.overYears.oldest, ({ oldest_seconds: oldest }) => (oldest ? format.span(oldest.min) : "–")),
      row(words.overYears.gaps, ({ frames }) =>
        frames.map(({ gap_seconds: gap }) => (gap ? format.span(gap.max) : "–")).join(" · ") || "–"),
    ];
  }
}

/** What each would delete now of what was dropped. */
function Now({ now, names }: { now: NonNullable<CompareReport["now_deleted"]>; names: string[] }) {
  const { words, format } = useContext(Context);
  return (
    <>
      <p>{words.deletedNow(now.deleted.map(format.number).join(" / "), format.number(now.versions))}</p>
      {now.only.map((versions, side) => (
        <details>
          <summary>{words.onlyHere(names[side]!)}: {versions.length === 0 ? words.nothingOnly : format.number(versions.length)}</summary>
          <ul>
            {versions.slice(0, 200).map((version) => (
              <li>{format.local(version.local_time)}: <span lang="en">{version.reason}</span></li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}
