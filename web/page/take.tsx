import { useContext, useState } from "preact/hooks";
import { Context } from "./context";
import { ask, later } from "./library";
import type { Answer, ExplainReport } from "./reports";
import { command, present, questions, type State, toHash } from "./state";

/** The question whose answer a tab shows. */
const ASKED = { years: "forecast", compose: "compose", job: "plan", compare: "compare" } as const;

export function Take() {
  const { state, words, dropped } = useContext(Context);
  const [copied, setCopied] = useState<string | null>(null);
  const asked = ASKED[state.tab];
  const copy = async (name: string, text: string) => {
    await navigator.clipboard.writeText(text);
    setCopied(name);
    setTimeout(() => setCopied(null), 2000);
  };
  const texts: Record<keyof typeof words.copies, () => string> = {
    link: () => link(state),
    option: () => `--retention-policy="${state.policy}"`,
    command: () => command(asked, state, dropped.source),
    post: () => post(state, words.postHead),
  };
  const download = async (name: string, type: string, text: Promise<string>) => {
    const url = URL.createObjectURL(new Blob([await text], { type }));
    const anchor = Object.assign(document.createElement("a"), { href: url, download: name });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <section class="card take-it">
      <h2>{words.takeIt}</h2>
      <div class="buttons">
        {(Object.keys(texts) as (keyof typeof texts)[]).map((name) => (
          <button type="button" onClick={() => void copy(name, texts[name]())}>{words.copies[name]}</button>
        ))}
        <button type="button" onClick={() => void download("forecast.svg", "image/svg+xml", later.picture(questions.forecast(state)))}>
          {words.downloads.svg}
        </button>
        <button type="button" onClick={() => void download(`${asked}.json`, "application/json", later.json(questions[asked](state)))}>
          {words.downloads.json}
        </button>
        <span class="quiet" role="status">{copied && words.copied}</span>
      </div>
      <pre class="command" tabIndex={0} aria-label={words.copies.command}>{command(asked, state, dropped.source)}</pre>
    </section>
  );
}

/** The address of this page in this state. The present stays the same for whoever opens it. */
const link = (state: State) => `${location.href.split("#")[0]}#${toHash({ ...state, now: present(state) })}`;

/** The policy and what it means, for people in a forum. */
function post(state: State, head: string): string {
  const { report, error } = ask<Answer<ExplainReport>>(questions.explain(state));
  const meaning = report ? report.pairs.map((sentence) => `- ${sentence}`) : [error.message];
  return [`${head} (Duplicati ${state.release}): \`${state.policy}\``, "", ...meaning, "", link(state)].join("\n");
}
