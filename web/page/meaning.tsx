import { useContext } from "preact/hooks";
import { Context } from "./context";
import { unit } from "./format";
import type { Answer, CheckReport, CheckWords, Diagnostic, ExplainReport, Notice } from "./reports";

type Check = Answer<CheckReport, CheckWords>;

/** Errors and warnings, each with the text that would be right where that is known. */
export function Problems({ check, onWrite }: { check: Check; onWrite: (policy: string) => void }) {
  const { state, words } = useContext(Context);
  const take = ({ place, suggestion }: Diagnostic) => {
    if (!place || suggestion === null) return;
    const [from, to] = [unit(state.policy, place.start), unit(state.policy, place.end)];
    onWrite(state.policy.slice(0, from) + suggestion + state.policy.slice(to));
    document.getElementById("policy")?.focus();
  };
  const problem = (kind: "error" | "warning") => (found: Diagnostic) => (
    <li class={kind}>
      <p>
        <strong>{words[kind]}</strong> <Pointed place={found.place} policy={state.policy} />
        <span lang="en">{found.message}</span>
      </p>
      {found.help && <p class="quiet" lang="en">{found.help}</p>}
      {found.suggestion !== null && found.place && (
        <button type="button" class="take" onClick={() => take(found)}>{words.take(found.suggestion)}</button>
      )}
    </li>
  );
  return (
    <ul class="problems" id="policy-problems" aria-live="polite">
      {check.error && problem("error")(check.error)}
      {check.report?.errors.map(problem("error"))}
      {check.report?.warnings.map(problem("warning"))}
    </ul>
  );
}

function Pointed({ place, policy }: { place: Diagnostic["place"]; policy: string }) {
  if (!place) return null;
  const text = policy.slice(unit(policy, place.start), unit(policy, place.end));
  return text ? <><code>{text}</code>{" "}</> : null;
}

/** What each release and layer says, in a line. */
export function Verdicts({ check, release }: { check: Check; release: string }) {
  const { words } = useContext(Context);
  if (!check.report) return null;
  const mark = (name: string, accepted: boolean, more = "") => (
    <span class={accepted ? "verdict good" : "verdict bad"}>
      <span aria-hidden="true">{accepted ? "✓" : "✗"}</span> {name}
      <span class="sr"> {accepted ? words.accepted : words.refused}</span>{more}
    </span>
  );
  const { servers } = check.report;
  const chosen = servers.find((server) => server.release === release);
  const page = chosen?.layers.find(({ layer }) => layer === "classic-page");
  return (
    <dl class="verdicts" aria-label={words.verdicts}>
      <div>
        <dt>{words.layerServer}</dt>
        <dd>{servers.map((server) => mark(server.release, server.accepted))}</dd>
      </div>
      <div>
        <dt>{words.layerBackup}</dt>
        <dd>{servers.map((server) => mark(server.release, server.accepted_for_backup))}</dd>
      </div>
      {page && (
        <div>
          <dt>{words.layerPage}</dt>
          <dd>
            {mark(page.verdict === "accepts" ? words.accepted : words.refused, page.verdict === "accepts")}
            {page.reasons.map((reason) => <span class="quiet" lang="en"> {reason}</span>)}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** The sentences of `explain`; that of the pair at the cursor stands out. */
export function Meaning({ explain, check, caret }: { explain: Answer<ExplainReport>; check: Check; caret: number }) {
  const { state, words } = useContext(Context);
  if (!explain.report) return null;
  const entries = check.words?.entries ?? [];
  const at = entries.findIndex(
    ({ whole }) => unit(state.policy, whole.start) <= caret && caret <= unit(state.policy, whole.end),
  );
  const pairs = check.report?.servers.find((server) => server.release === state.release)?.pairs ?? [];
  const pairOf = (sentence: string) => pairs.findIndex(({ frame, interval }) => sentence.startsWith(`${frame}:${interval}:`));
  return (
    <div class="meaning">
      <h2>{words.meaning}</h2>
      <ul lang="en">
        {explain.report.pairs.map((sentence) => {
          const pair = pairOf(sentence);
          const [, name, rest] = /^(\S+:\S+?): (.*)$/.exec(sentence) ?? [null, "", sentence];
          return (
            <li class={pair >= 0 && pair === at ? "at-cursor" : undefined} aria-current={pair >= 0 && pair === at ? "true" : undefined}>
              {name && <code class={`pair-${pair % 6}`}>{name}</code>} {rest}
            </li>
          );
        })}
      </ul>
      {explain.report.rules.length > 0 && (
        <details>
          <summary>{words.rules}</summary>
          <ul lang="en">{explain.report.rules.map((rule) => <li>{rule}</li>)}</ul>
        </details>
      )}
      {explain.report.examples.length > 0 && (
        <details>
          <summary>{words.examples}</summary>
          <ul lang="en">{explain.report.examples.map((example) => <li>{example}</li>)}</ul>
        </details>
      )}
    </div>
  );
}

/** What must not be missed, and what a source does not know. */
export function Notices(props: { blockers?: Notice[]; dangers?: Notice[]; caveats?: string[]; error?: Diagnostic | undefined }) {
  const { words } = useContext(Context);
  const { blockers = [], dangers = [], caveats = [], error } = props;
  if (!error && blockers.length + dangers.length + caveats.length === 0) return null;
  return (
    <ul class="problems">
      {error && <li class="error"><p lang="en">{error.message}</p>{error.help && <p class="quiet" lang="en">{error.help}</p>}</li>}
      {dangers.map(({ message }) => <li class="error"><p><strong>{words.danger}</strong> <span lang="en">{message}</span></p></li>)}
      {blockers.map(({ message }) => <li class="error"><p><strong>{words.blocked}</strong> <span lang="en">{message}</span></p></li>)}
      {caveats.map((caveat) => <li class="note"><p><strong>{words.note}</strong> <span lang="en">{caveat}</span></p></li>)}
    </ul>
  );
}
