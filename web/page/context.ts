import { createContext } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Format } from "./format";
import type { DroppedFiles } from "./job";
import { later } from "./library";
import type { State } from "./state";
import type { Words } from "./words";

/** What every part of the page reads. */
export interface Page {
  state: State;
  set: (change: Partial<State>) => void;
  /** Puts a policy into the field; the goals follow. */
  write: (policy: string) => void;
  /** Whether the chosen release refuses the policy; answers to the one before stay until then. */
  isRefused: boolean;
  words: Words;
  format: Format;
  dropped: DroppedFiles;
}

export const Context = createContext<Page>(null as unknown as Page);

/** The language alone: what needs no more is not drawn again with every key. */
export const Language = createContext<Pick<Page, "words" | "format">>(null as unknown as Page);

/**
 * The answer to a question that the worker answers. Until there is a new one, the one before stays;
 * also while nothing is asked. Of the questions that come in the meantime only the last is asked.
 */
export function useAnswer<Answer>(question: object | null, dropped: number): { answer: Answer | null; isOld: boolean } {
  const text = question && JSON.stringify(question);
  const [found, setFound] = useState<{ answer: Answer; key: string } | null>(null);
  const line = useRef({ isBusy: false, wanted: "", isThere: true });
  const key = `${dropped} ${text}`;

  useEffect(() => {
    const waiting = line.current;
    waiting.wanted = key;
    if (!text || waiting.isBusy) return;
    waiting.isBusy = true;
    void (async () => {
      let asked = "";
      while (waiting.isThere && asked !== waiting.wanted) {
        asked = waiting.wanted;
        const answer = await later.ask<Answer>(asked.slice(asked.indexOf(" ") + 1));
        if (waiting.isThere) setFound({ answer, key: asked });
      }
      waiting.isBusy = false;
    })();
  }, [key]);
  useEffect(() => {
    line.current.isThere = true;
    return () => { line.current.isThere = false; };
  }, []);

  return { answer: found?.answer ?? null, isOld: text !== null && found?.key !== key };
}

/** How wide an element is. */
export function useWidth(): [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0);
  const observer = useRef<ResizeObserver>();
  const measure = useRef((element: HTMLElement | null) => {
    observer.current?.disconnect();
    if (!element) return;
    setWidth(element.clientWidth);
    observer.current = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.current.observe(element);
  });
  return [measure.current, width];
}
