import { useContext } from "preact/hooks";
import { Context, Language } from "./context";
import { unit } from "./format";
import type { Answer, CheckReport, CheckWords, Diagnostic, ExplainReport, Notice } from "./reports";

type Check = Answer<CheckReport, CheckWords>;

/** Errors and warnings, each with the text that would be right where that is known. */
export function Problems({ policy, check, onWrite }: { policy: string; check: Check; onWrite: (policy: string) => void }) {
  const { words } = useContext(Language);
  const take = ({ place, suggestion }: Diagnostic) => {
    if (!place || suggestion === null) return;
    const [from, to] = [unit(policy, place.start), unit(policy, place.end)];
    onWrite(policy.slice(0, from) + suggestion + policy.slice(to));
    document.getElementById("policy")?.focus();
  };
  const problem = (kind: "error" | "warning") => (found: Diagnostic) => (
    <li class={kind}>
      <p>
        <strong>{words[kind]}</strong> <Pointed place={found.place} policy={policy} />
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

/** What each layer of each release says, and why, in the chosen release. */
export function Verdicts({ check, release }: { check: Check; release: string }) {
  const { words } = useContext(Language);
  if (!check.report) return null;
  const { servers } = check.report;
  const chosen = servers.find((server) => server.release === release);
  return (
    <dl class="verdicts" aria-label={words.verdicts}>
      {(chosen ?? servers[0])?.layers.map(({ layer, reasons }) => (
        <div>
          <dt>{words.layers[layer as keyof typeof words.layers]}</dt>
          <dd>
            {verdictsOf(servers, layer).map(({ names, verdict }) => <Verdict name={names} verdict={verdict} />)}
            {reasons.map((reason) => <span class="quiet" lang="en">{release}: {reason}</span>)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Of each release, or once where none of them checks anything. */
function verdictsOf(servers: CheckReport["servers"], layer: string): { names: string; verdict: string }[] {
  const all = servers.map(({ release, layers }) => ({ names: release, verdict: layers.find((other) => other.layer === layer)!.verdict }));
  return all.every(({ verdict }) => verdict === "not-checked") ? [{ names: "", verdict: "not-checked" }] : all;
}

/** Of a verdict that is no refusal: its sign, and how it looks. */
const LOOKS: Record<string, [string, string]> = { accepts: ["✓", "good"], "not-checked": ["·", "open"], "not-reached": ["–", "open"] };

function Verdict({ name, verdict }: { name: string; verdict: string }) {
  const { words } = useContext(Language);
  const [sign, look] = LOOKS[verdict] ?? ["✗", "bad"];
  return (
    <span class={`verdict ${look}`}>
      <span aria-hidden="true">{sign}</span> {name}
      <span class={look === "open" ? "quiet" : "sr"}> {words.verdict[verdict as keyof typeof words.verdict]}</span>
    </span>
  );
}

/** The sentences of `explain`; that of the pair at the cursor stands out. */
export function Meaning(props: { policy: string; explain: Answer<ExplainReport>; check: Check; caret: number }) {
  const { policy, explain, check, caret } = props;
  const { state, words } = useContext(Context);
  if (!explain.report) return null;
  const entries = check.words?.entries ?? [];
  const at = entries.findIndex(
    ({ whole }) => unit(policy, whole.start) <= caret && caret <= unit(policy, whole.end),
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
  const { words } = useContext(Language);
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
