import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { unit } from "./format";
import type { Answer, CheckReport, CheckWords, Place } from "./reports";
import { RELEASES } from "./state";

type Check = Answer<CheckReport, CheckWords>;

/** The policy's text, with its pairs coloured and a line under what is wrong. */
export function Field(props: {
  id: string;
  label: string;
  help: string;
  value: string;
  check: Check;
  onWrite: (policy: string) => void;
  onCaret?: (caret: number) => void;
}) {
  const { id, label, help, value, check, onWrite, onCaret } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const caret = () => onCaret?.(area.current!.selectionStart);
  const isWrong = Boolean(check.report?.errors.length);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="coloured">
        <div class="paint" aria-hidden="true">{painted(value, check)}{"\u200b"}</div>
        <textarea
          id={id} ref={area} rows={1} spellcheck={false} autocapitalize="off" autocomplete="off" autocorrect="off"
          value={value} aria-invalid={isWrong} aria-describedby={`${id}-help ${id}-problems`}
          onInput={(event) => { onWrite(event.currentTarget.value.replace(/[\r\n]+/g, "")); caret(); }}
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          onSelect={caret} onClick={caret} onKeyUp={caret}
        />
      </div>
      <p class="quiet help" id={`${id}-help`}>{help}</p>
    </div>
  );
}

/** Cuts the text at every place, so that each piece has one colour and one underline. */
function painted(text: string, check: Check): ComponentChildren {
  if (!check.words) return text;
  const place = ({ start, end }: Place) => [unit(text, start), unit(text, end)] as const;
  const marks: { from: number; to: number; name: string }[] = [];
  check.words.entries.forEach(({ frame, interval }, pair) => {
    const [from, to] = place(frame);
    marks.push({ from, to, name: `frame pair-${pair % 6}` });
    if (interval) marks.push({ from: place(interval)[0], to: place(interval)[1], name: `interval pair-${pair % 6}` });
  });
  const lines: typeof marks = [];
  for (const [list, name] of [[check.report.warnings, "warned"], [check.report.errors, "wrong"]] as const) {
    for (const { place: found } of list) {
      if (!found) continue;
      const [from, to] = place(found);
      lines.push({ from, to: Math.max(to, from + 1), name });
    }
  }
  const ends = [...marks, ...lines].flatMap(({ from, to }) => [from, to]);
  const cuts = [...new Set([0, ...ends, text.length])].sort((one, other) => one - other);
  const names = (from: number) =>
    [...marks, ...lines].filter((mark) => mark.from <= from && from < mark.to).map(({ name }) => name).join(" ");
  return cuts.slice(0, -1).map((from, index) => <span class={names(from)}>{text.slice(from, cuts[index + 1]) || "\u00a0"}</span>);
}

export function Releases(props: { label: string; name: string; value: string; onChoose: (release: string) => void }) {
  return (
    <fieldset class="switch">
      <legend>{props.label}</legend>
      <div>
        {RELEASES.map((release) => (
          <label>
            <input
              type="radio" name={props.name} value={release} checked={release === props.value}
              onChange={() => props.onChoose(release)}
            />
            <span>{release}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A short text with a label. */
export function Text(props: {
  label: string;
  value: string | undefined;
  placeholder?: string;
  list?: string;
  onWrite: (text: string) => void;
}) {
  return (
    <label class="text">
      <span>{props.label}</span>
      <input
        type="text" value={props.value ?? ""} placeholder={props.placeholder} list={props.list} spellcheck={false}
        autocapitalize="off" autocomplete="off" onInput={(event) => props.onWrite(event.currentTarget.value.trim())}
      />
    </label>
  );
}
