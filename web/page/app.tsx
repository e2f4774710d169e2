import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import { Compare } from "./compare";
import { Compose, goalsOf } from "./compose";
import { Context, Language } from "./context";
import { Field, Releases } from "./field";
import { Format } from "./format";
import { Job, useDropped } from "./job";
import { ask } from "./library";
import { Meaning, Problems, Verdicts } from "./meaning";
import type { Answer, CheckReport, CheckWords, ExplainReport } from "./reports";
import { fromHash, questions, type State, TABS, toHash } from "./state";
import { Take } from "./take";
import { LANGUAGES, preferred, regional } from "./words";
import { Years } from "./years";

export function App() {
  const [state, setState] = useState<State>(() => fromHash(location.hash));
  // What is in the field. The rest of the page follows when the field and its answer are painted.
  const [policy, write] = useState(state.policy);
  const [language, setLanguage] = useState(() => preferred(navigator.languages));
  const [caret, setCaret] = useState(0);
  const set = useCallback((change: Partial<State>) => {
    setState((before) => ({ ...before, ...change }));
    if (change.policy !== undefined) write(change.policy);
  }, []);
  const dropped = useDropped(set, state);

  const words = LANGUAGES[language]!.words;
  const format = useMemo(() => new Format(regional(language), state.zone), [language, state.zone]);
  const spoken = useMemo(() => ({ words, format }), [words, format]);
  const check = useMemo(
    () => ask<Answer<CheckReport, CheckWords>>(questions.check({ ...state, policy })),
    [policy, state.release, state.now, state.options],
  );
  const explain = useMemo(
    () => ask<Answer<ExplainReport>>(questions.explain({ ...state, policy })),
    [policy, state.release, state.zone, state.now, state.options],
  );

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.title;
  }, [language]);
  useEffect(() => {
    const wait = setTimeout(() => history.replaceState(null, "", `#${toHash(state)}`), 200);
    return () => clearTimeout(wait);
  }, [state]);
  useEffect(() => {
    const read = () => set(fromHash(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);

  // A policy that a person writes also fills in the goals, unless these were written since.
  useEffect(() => {
    if (policy === state.policy) return;
    const goals = goalsOf(policy, state.release);
    setState((before) => ({ ...before, policy, goals: before.goals === state.goals ? goals : before.goals }));
  }, [policy]);
  const page = useMemo(() => {
    const isRefused = !check.report?.servers.some((server) => server.release === state.release && server.accepted);
    return { state, set, isRefused, words, format, dropped, write };
  }, [state, words, format, dropped]);
  const rest = useMemo(() => <><Tabs /><Take /></>, []);

  return (
    <Context.Provider value={page}>
    <Language.Provider value={spoken}>
      <a class="skip" href="#policy" onClick={(event) => { event.preventDefault(); document.getElementById("policy")?.focus(); }}>
        {words.skip}
      </a>
      <header class="top">
        <h1>{words.title}</h1>
        <label class="language">
          <span class="quiet">{words.language}</span>
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            {Object.entries(LANGUAGES).map(([code, { name }]) => <option value={code} lang={code}>{name}</option>)}
          </select>
        </label>
        <p class="lead">{words.lead}</p>
      </header>
      <main aria-busy={policy !== state.policy}>
        <section class="card policy" aria-label={words.policy}>
          <div class="field-row">
            <Field
              id="policy" label={words.policy} help={words.policyHelp} value={policy}
              check={check} onWrite={write} onCaret={setCaret}
            />
            <Releases label={words.release} name="release" value={state.release} onChoose={(release) => set({ release })} />
          </div>
          <Problems policy={policy} check={check} onWrite={write} />
          <Verdicts check={check} release={state.release} />
          <Meaning policy={policy} explain={explain} check={check} caret={caret} />
        </section>
        {rest}
      </main>
      <footer class="quiet">
        <p>
          duplicati-retention · MIT / Apache-2.0{language === "en" ? "" : ` · ${words.library}`}
        </p>
      </footer>
    </Language.Provider>
    </Context.Provider>
  );
}

function Tabs() {
  const { state, set, words } = useContext(Context);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = { Home: 0, End: TABS.length - 1 }[event.key];
    if (step === undefined && to === undefined) return;
    event.preventDefault();
    const next = TABS[to ?? (TABS.indexOf(state.tab) + step! + TABS.length) % TABS.length]!;
    set({ tab: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={words.title} onKeyDown={move}>
        {TABS.map((tab) => (
          <button
            type="button" role="tab" id={`tab-${tab}`} aria-controls="panel" aria-selected={tab === state.tab}
            tabIndex={tab === state.tab ? 0 : -1} onClick={() => set({ tab })}
          >
            {words.tabs[tab]}
          </button>
        ))}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${state.tab}`}>
        {state.tab === "years" && <Years />}
        {state.tab === "compose" && <Compose />}
        {state.tab === "job" && <Job />}
        {state.tab === "compare" && <Compare />}
      </div>
    </>
  );
}
