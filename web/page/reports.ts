/** The reports of the library, as far as the page reads them. `docs/json.md` describes all fields. */

export interface Place { start: number; end: number }
export interface Diagnostic {
  id: string | null;
  message: string;
  help: string | null;
  suggestion: string | null;
  place: Place | null;
}
export interface Notice { id: string; message: string }
export interface Pair {
  frame: string;
  interval: string;
  frame_seconds: number | null;
  interval_seconds: number;
}
export interface Summary { min: number; median: number; max: number }

export interface Layer { layer: string; verdict: string; reasons: string[] }
export interface CheckReport {
  verdict: string;
  servers: { release: string; accepted: boolean; accepted_for_backup: boolean; layers: Layer[]; pairs: Pair[] }[];
  errors: Diagnostic[];
  warnings: Diagnostic[];
}
export interface CheckWords {
  entries: { whole: Place; frame: Place; interval: Place | null }[];
  meanings: [string, string, string, string][];
}
export interface ExplainReport { blockers: Notice[]; pairs: string[]; rules: string[]; examples: string[] }

export interface Frame {
  pair: number;
  versions: Summary;
  gap_seconds: Summary | null;
  gap_bound_seconds: number | null;
}
export interface ForecastReport {
  pairs: Pair[];
  blockers: Notice[];
  schedule: { assumptions: string };
  caveats: string[];
  frames: Frame[];
  versions: Summary | null;
  oldest_seconds: Summary | null;
  conclusion: string | null;
  suggestion: { policy: string } | null;
}
export interface ForecastWords { title: string; summary: string; note: string; totals: string | null }

export interface TimelineReport {
  pairs: Pair[];
  rules: string[];
  runs: number[];
  versions: { time: number; partial: boolean; made_by_run: number | null; deleted_by_run: number | null; rule: number | null }[];
}

export interface Coverage { longest_gap_seconds: number; short_seconds: number }
export interface ComposeReport {
  policy: string;
  usual_policy: string;
  condition: string;
  promises_kept: boolean;
  is_filled: boolean;
  caveats: string[];
  covered: string[];
  goals: { goal: string; promised_gap_seconds: number; delivered: Coverage; delivered_by_usual_policy: Coverage }[];
  versions: Summary | null;
  versions_with_usual_policy: Summary | null;
}

export interface Version {
  version: number;
  time: string;
  local_time: string;
  age_seconds: number;
  partial: boolean;
  locked_until: string | null;
}
export interface CompareReport {
  sides: { name: string; blockers: Notice[]; dangers: Notice[] }[];
  caveats: string[];
  conclusions: string[];
  now_deleted: { versions: number; deleted: [number, number]; only: [(Version & { reason: string })[], (Version & { reason: string })[]] } | null;
  over_the_years: {
    delivered: { versions: Summary | null; oldest_seconds: Summary | null; frames: Frame[]; only_in_the_end: string[] }[];
  } | null;
}
export interface CompareWords { ages: [string, string, string][]; years: string | null }

export interface PlanReport {
  policy: string;
  pairs: Pair[];
  blockers: Notice[];
  dangers: Notice[];
  caveats: string[];
  policy_warnings: number;
  next_backup: { kept: number; deleted: number; areas: Area[] } | null;
  summary: { versions: number; kept: number; deleted: number; areas: Area[] };
}
export interface Area { area: string; pair: number | null; versions: number; deleted: number }
export interface PlanWords { context: string; answers: string[]; axis: string | null; pairs: string[] }
export interface Decision extends Version {
  deleted: boolean;
  reason: string;
  next_backup: { deleted: boolean; reason: string; pair: number | null; depends_on_duration: boolean } | null;
  policy: { pair?: number };
  retained_because: string | null;
}

export type Added =
  | { kind: "database"; queries: [string, string, string]; of_the_release: [string, string] }
  | { kind: "versions"; versions: number; caveats: string[] }
  | {
      kind: "job"; name: string; release: string | null; options: Record<string, string>;
      every: string | null; days: string | null; next: string | null; caveats: string[];
    };

export interface Failed { error: Diagnostic }
export type Answer<Report, Words = object> = { report: Report; words: Words; error?: never } | (Failed & { report?: never; words?: never });
