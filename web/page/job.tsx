import type { ComponentChildren } from "preact";
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Context, useAnswer } from "./context";
import { Text } from "./field";
import { isZone } from "./format";
import { goalsOf } from "./compose";
import { add, later } from "./library";
import { Notices } from "./meaning";
import type { Answer, Decision, Diagnostic, PlanReport, PlanWords } from "./reports";
import { OPTIONS, questions, RELEASES, type State } from "./state";

/** What was dropped, and what it turned out to be. */
export interface DroppedFiles {
  /** How many versions there are. */
  versions: number;
  /** The file that they came from. */
  source: string | null;
  /** Grows with each file. */
  changes: number;
  isReading: boolean;
  jobs: { file: string; name: string; caveats: string[] }[];
  errors: Diagnostic[];
  take: (files: Iterable<File>) => Promise<void>;
  forget: () => void;
}

type Kept = Omit<DroppedFiles, "take" | "forget">;
const NOTHING: Kept = { versions: 0, source: null, changes: 0, isReading: false, jobs: [], errors: [] };

export function useDropped(set: (change: Partial<State>) => void, state: State): DroppedFiles {
  const [kept, setKept] = useState(NOTHING);
  const now = useRef(state);
  now.current = state;
  const change = (next: (before: Kept) => Partial<Kept>) => setKept((before) => ({ ...before, ...next(before) }));

  const take = async (files: Iterable<File>) => {
    change(() => ({ isReading: true, errors: [] }));
    for (const file of files) {
      const added = await add(file);
      if ("error" in added) {
        change((before) => ({ errors: [...before.errors, added.error] }));
      } else if (added.kind === "versions") {
        change((before) => ({ versions: added.versions, source: file.name, changes: before.changes + 1 }));
      } else if (added.kind === "job") {
        const { name, caveats } = added;
        change((before) => ({ jobs: [...before.jobs, { file: file.name, name, caveats }], changes: before.changes + 1 }));
        set(settings(added, now.current));
      }
    }
    change(() => ({ isReading: false }));
  };
  const forget = () => {
    void later.forget();
    change((before) => ({ ...NOTHING, changes: before.changes + 1 }));
    set({ fromDropped: false });
  };
  return useMemo(() => ({ ...kept, take, forget }), [kept]);
}

type AddedJob = { release: string | null; options: Record<string, string>; every: string | null; days: string | null; next: string | null };

/** What an exported job sets. */
function settings(job: AddedJob, state: State): Partial<State> {
  const policy = job.options["retention-policy"] ?? "";
  const release = RELEASES.find((release) => release === job.release) ?? state.release;
  const options: State["options"] = {};
  for (const name of OPTIONS) if (job.options[name] !== undefined) options[name] = job.options[name];
  const schedule = { ...state.schedule };
  if (job.every) {
    schedule.every = job.every;
    schedule.days = job.days ?? "";
    // A time of day is for schedules of whole days.
    schedule.at = job.next && /^\d+[DWMY]$/.test(job.every) ? timeOfDay(job.next, state.zone) : "";
  }
  return { policy, release, options, schedule, goals: goalsOf(policy, release), day: -1 };
}

const timeOfDay = (time: string, zone: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: isZone(zone) ? zone : "UTC", hour: "2-digit", minute: "2-digit" }).format(new Date(time));

/** What Duplicati would delete now of the dropped versions, and why. */
export function Job() {
  const { state, set, words, dropped, isRefused } = useContext(Context);
  const plan = useAnswer<Answer<PlanReport, PlanWords>>(dropped.versions > 0 && !isRefused ? questions.plan(state) : null, dropped.changes);
  return (
    <>
      <section class="card">
        <Drop />
        <Notices caveats={dropped.jobs.flatMap(({ caveats }) => caveats)} />
        {dropped.errors.map((error) => <Notices error={error} />)}
        <details open={OPTIONS.some((name) => state.options[name])}>
          <summary>{words.otherOptions}</summary>
          <div class="fields">
            {OPTIONS.map((name) => (
              <Text label={name} value={state.options[name]} onWrite={(text) => set({ options: { ...state.options, [name]: text } })} />
            ))}
            <Text label={words.zone} value={state.zone} list="zones" onWrite={(zone) => set({ zone })} />
            <Text label={words.now} value={state.now} placeholder={words.nowHelp} onWrite={(now) => set({ now })} />
          </div>
        </details>
      </section>
      {dropped.versions > 0 && plan.answer?.error && <section class="card"><Notices error={plan.answer.error} /></section>}
      {dropped.versions > 0 && plan.answer?.report && <Plan report={plan.answer.report} said={plan.answer.words} isOld={plan.isOld} />}
    </>
  );
}

function Drop() {
  const { words, format, dropped } = useContext(Context);
  const [isOver, setIsOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const [pasted, setPasted] = useState("");
  useEffect(() => {
    // A file that misses the field must not replace the page.
    const ignore = (event: DragEvent) => event.preventDefault();
    addEventListener("dragover", ignore);
    addEventListener("drop", ignore);
    return () => { removeEventListener("dragover", ignore); removeEventListener("drop", ignore); };
  }, []);
  return (
    <>
      <div
        class={isOver ? "drop over" : "drop"}
        onDragOver={(event) => { event.preventDefault(); setIsOver(true); }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => { event.preventDefault(); setIsOver(false); void dropped.take([...event.dataTransfer!.files]); }}
      >
        <h2>{words.drop}</h2>
        <p class="quiet">{words.dropHelp}</p>
        <p>
          <button type="button" class="take" onClick={() => input.current!.click()}>{words.choose}</button>
          <input
            ref={input} type="file" multiple hidden data-testid="files"
            onChange={(event) => { void dropped.take([...event.currentTarget.files!]); event.currentTarget.value = ""; }}
          />
        </p>
        <div aria-live="polite">
          {dropped.isReading && <p>{words.reading}</p>}
          {dropped.jobs.map(({ file, name }) => <p>✓ {words.readJob(file, name)}</p>)}
          {dropped.source && <p>✓ {words.readVersions(dropped.source, format.number(dropped.versions))}</p>}
          {!dropped.source && !dropped.isReading && <p class="quiet">{words.noBackups}</p>}
        </div>
        {(dropped.source || dropped.jobs.length > 0) && (
          <p><button type="button" onClick={dropped.forget}>{words.forget}</button></p>
        )}
      </div>
      <details>
        <summary>{words.paste}</summary>
        <textarea
          class="paste" rows={5} aria-label={words.paste} spellcheck={false} value={pasted}
          placeholder={"2026-11-23T01:00:00Z\n2026-11-22T01:00:00Z partial\nduplicati-20261121T010000Z.dlist.zip.aes"}
          onInput={(event) => setPasted(event.currentTarget.value)}
        />
        <p>
          <button type="button" class="take" disabled={!pasted.trim()} onClick={() => void dropped.take([new File([pasted], "list.txt")])}>
            {words.pasteUse}
          </button>
        </p>
      </details>
    </>
  );
}

const FILTERS = ["all", "deleted", "kept", "retained"] as const;

function Plan({ report, said, isOld }: { report: PlanReport; said: PlanWords; isOld: boolean }) {
  const { words, format, isRefused } = useContext(Context);
  const [show, setShow] = useState<(typeof FILTERS)[number]>("all");
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState({ count: report.summary.versions, changes: 0 });
  useEffect(() => {
    let isThere = true;
    void later.filter(show, search).then((count) => isThere && setShown(({ changes }) => ({ count, changes: changes + 1 })));
    return () => { isThere = false; };
  }, [show, search, report]);
  const { next_backup: next, summary } = report;
  const { kept, deleted, areas } = next ?? summary;
  return (
    <section class={isRefused ? "card stale" : "card"} aria-busy={isOld}>
      <Notices blockers={report.blockers} dangers={report.dangers} caveats={report.caveats} />
      <div class="sums">
        {next && <p class="when">{words.nextBackup}</p>}
        <p class="sum kept"><strong>{format.number(kept)}</strong> <span aria-hidden="true">●</span> {words.kept}</p>
        <p class="sum deleted"><strong>{format.number(deleted)}</strong> <span aria-hidden="true">×</span> {words.deleted}</p>
        <ul class="areas quiet">
          {areas.map(({ area, pair, versions, deleted }) => (
            <li>
              {pair === null ? (area === "newest" ? words.areas.newest : words.areas.outside)
                : <code class={`pair-${pair % 6}`}>{said.pairs[pair]}</code>}
              : {words.areaKept(format.number(versions - deleted), format.number(versions))}
            </li>
          ))}
        </ul>
      </div>
      {deleted > 0 && <p class="quiet">{words.loss}</p>}
      <div class="answers" lang="en">
        {said.answers.map((answer) => <p>{answer}</p>)}
        <p class="quiet">{said.context}</p>
      </div>
      {said.axis && <pre class="axis" aria-hidden="true">{said.axis}</pre>}
      <div class="filter">
        <label class="text">
          <span>{words.show}</span>
          <select value={show} onChange={(event) => setShow(event.currentTarget.value as typeof show)}>
            {FILTERS.map((filter) => <option value={filter}>{words.filters[filter]}</option>)}
          </select>
        </label>
        <label class="text">
          <span>{words.search}</span>
          <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        </label>
        <p class="quiet" aria-live="polite">{words.shown(format.number(shown.count))}</p>
      </div>
      <List count={shown.count} changes={shown.changes} pairs={said.pairs} />
    </section>
  );
}

/** No browser makes an element higher than this. */
const HIGHEST = 8_000_000;

/** A list of which only what is visible exists. */
function List({ count, changes, pairs }: { count: number; changes: number; pairs: string[] }) {
  const { words, format } = useContext(Context);
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 480, row: 44 });
  const [rows, setRows] = useState<{ from: number; list: Decision[] }>({ from: 0, list: [] });
  const height = Math.min(count * view.row, HIGHEST);
  const most = Math.max(count * view.row - view.height, 0);
  // Where the list is higher than an element can be, a step of the scroll bar is more than a row.
  const top = height > view.height ? (view.top / (height - view.height)) * most : 0;
  const first = Math.max(0, Math.floor(top / view.row) - 6);
  const wanted = Math.min(count - first, Math.ceil(view.height / view.row) + 12);

  useEffect(() => {
    let isThere = true;
    void later.rows<Decision>(first, wanted).then((list) => isThere && setRows({ from: first, list }));
    return () => { isThere = false; };
  }, [first, wanted, changes]);
  useEffect(() => {
    const measure = () => {
      const row = Number.parseFloat(getComputedStyle(box.current!).getPropertyValue("--row"));
      setView((before) => ({ ...before, height: box.current!.clientHeight, row }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => { box.current!.scrollTop = 0; }, [changes]);

  const cell = (index: number, content: ComponentChildren, name = "") => (
    <span role="cell" class={`cell-${index} ${name}`}>{content}</span>
  );
  return (
    <div class="list" role="table" aria-label={words.versions} aria-rowcount={count + 1}>
      <div role="rowgroup">
        <div role="row" class="head" aria-rowindex={1}>
          {words.planColumns.map((column, index) => <span role="columnheader" class={`cell-${index}`}>{column}</span>)}
        </div>
      </div>
      <div
        class="box" role="rowgroup" ref={box} tabIndex={0} aria-label={words.versions}
        onScroll={(event) => { const { scrollTop } = event.currentTarget; setView((before) => ({ ...before, top: scrollTop })); }}
      >
        <div role="presentation" ref={(element) => { if (element) element.style.height = `${height}px`; }}>
          {rows.list.map((decision, index) => {
            const place = rows.from + index;
            const offset = view.top + place * view.row - top;
            const { next_backup: next } = decision;
            const { deleted, reason } = next ?? decision;
            const pair = next ? next.pair : decision.policy.pair;
            const word = (deleted: boolean) => (deleted ? words.deleted : words.kept);
            return (
              <div
                key={decision.version} role="row" aria-rowindex={place + 2} class={deleted ? "row deleted" : "row"}
                ref={(element) => { if (element) element.style.transform = `translateY(${offset}px)`; }}
              >
                {cell(0, decision.version)}
                {cell(1, <>{format.local(decision.local_time)}{decision.partial && <span class="tag">{words.partial}</span>}</>)}
                {cell(2, format.span(Math.max(decision.age_seconds, 0)))}
                {cell(3, (
                  <>
                    <span aria-hidden="true">{deleted ? "×" : "●"}</span> {word(deleted)}
                    {next?.depends_on_duration && <span class="tag">{words.depends}</span>}
                    {deleted !== decision.deleted && <span class="tag">{words.whatNow(word(decision.deleted))}</span>}
                  </>
                ))}
                {cell(4, <>{typeof pair === "number" && <code class={`pair-${pair % 6}`}>{pairs[pair]}</code>} <span lang="en">{reason}</span></>)}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
