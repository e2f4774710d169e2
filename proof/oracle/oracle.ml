(* The model as an implementation for `conformance run`. All of this file is written by hand and
   nothing is proved of it: it reads what the model takes as given, which is the protocol, the option
   texts as 2.3.0 and 2.3.1 read them, the calendar and the time zones of this machine. *)

module J = Yojson.Safe

(* An input that Duplicati rejects, and a question that is not answered here. *)
exception Rejected of string
exception Declined of string

let reject text = raise (Rejected text)
let decline text = raise (Declined text)

let ( +! ) = Z.add
let ( *! ) = Z.mul
let second = Z.of_int 10_000_000
let day = Z.of_int 86_400 *! second

(* Ticks that a TimeSpan and a DateTime can hold. *)
let span ticks = if Z.fits_int64 ticks then ticks else reject "the span is too long"
let last_tick = Z.of_string "3155378975999999999"
let is_date ticks = Z.sign ticks >= 0 && Z.leq ticks last_tick
let date ticks = if is_date ticks then ticks else reject "the date is not in the years 1 to 9999"

(* * The calendar *)

(* Days from 0001-01-01 to the first of a month; January is 0. *)
let days_before year month =
  let y = year - 1 in
  let leap = year mod 4 = 0 && (year mod 100 <> 0 || year mod 400 = 0) in
  let lengths = [ 31; (if leap then 29 else 28); 31; 30; 31; 30; 31; 31; 30; 31; 30; 31 ] in
  let before = List.filteri (fun index _ -> index < month) lengths in
  (y * 365) + (y / 4) - (y / 100) + (y / 400) + List.fold_left ( + ) 0 before

let year_of days =
  let year = days * 400 / 146_097 + 1 in
  if days_before (year + 1) 0 <= days then year + 1
  else if days_before year 0 > days then year - 1
  else year

let add_months ticks months =
  let days = Z.to_int (Z.div ticks day) in
  let year = year_of days in
  let rec month_of month = if days_before year month <= days then month else month_of (month - 1) in
  let month = month_of 11 in
  let count = ((year - 1) * 12) + month + months in
  if count < 0 || count >= 9999 * 12 then reject "the date is not in the years 1 to 9999";
  let year' = (count / 12) + 1 and month' = count mod 12 in
  let first = days_before year' month' and next = days_before year' (month' + 1) in
  let to_day = min (days - days_before year month) (next - first - 1) in
  (Z.of_int (first + to_day) *! day) +! Z.rem ticks day

let unix_epoch = Z.of_string "621355968000000000"

(* 2026-11-23T10:00:00.5Z *)
let time text =
  try
    Scanf.sscanf text "%4u-%2u-%2uT%2u:%2u:%2u%[.0-9]Z" (fun year month d h m s fraction ->
        let days = days_before year (month - 1) + d - 1 in
        let seconds = (((((days * 24) + h) * 60) + m) * 60) + s in
        let fraction =
          match fraction with
          | "" -> 0
          | _ ->
              let digits = String.sub fraction 1 (String.length fraction - 1) in
              int_of_string ("0u" ^ digits ^ String.make (7 - String.length digits) '0')
        in
        (Z.of_int seconds *! second) +! Z.of_int fraction)
  with Scanf.Scan_failure _ | Failure _ | Invalid_argument _ | End_of_file ->
    decline ("not a time: " ^ text)

(* * Time zones: the files of the system, RFC 8536 *)

(* The rule at the end of a file, for all times behind the table: 'CET-1CEST,M3.5.0,M10.5.0/3'.
   The answer is standard time's offset, and the offset at a moment. *)
let offset_by_rule rule =
  let length = String.length rule in
  let at = ref 0 in
  let peek () = if !at < length then rule.[!at] else '\000' in
  let skip () = incr at in
  let rec skip_while test = if !at < length && test (peek ()) then (skip (); skip_while test) in
  let name () =
    if peek () = '<' then (skip_while (( <> ) '>'); skip ())
    else skip_while (function 'A' .. 'Z' | 'a' .. 'z' -> true | _ -> false)
  in
  let number () =
    let from = !at in
    skip_while (function '0' .. '9' -> true | _ -> false);
    int_of_string ("0u" ^ String.sub rule from (!at - from))
  in
  let clock () =
    let sign = match peek () with '-' -> skip (); -1 | '+' -> skip (); 1 | _ -> 1 in
    let part unit = if peek () = ':' then (skip (); unit * number ()) else 0 in
    let hours = 3600 * number () in
    let minutes = part 60 in
    sign * (hours + minutes + part 1)
  in
  let change () =
    skip ();
    if peek () <> 'M' then decline ("a time zone's rule: " ^ rule);
    skip ();
    let month = number () in
    skip ();
    let week = number () in
    skip ();
    let weekday = number () in
    let time = if peek () = '/' then (skip (); clock ()) else 7200 in
    fun year ->
      let first = days_before year (month - 1) and next = days_before year month in
      (* 0001-01-01 was a Monday; 0 is a Sunday. *)
      let day = first + ((weekday - (first + 1) + 700_000_000) mod 7) + (7 * (week - 1)) in
      let day = if day >= next then day - 7 else day in
      ((day - 719_162) * 86_400) + time
  in
  name ();
  let standard = -clock () in
  if peek () = '\000' then (standard, fun _ -> standard)
  else begin
    name ();
    let summer = if peek () = ',' then standard + 3600 else -clock () in
    let begins = change () in
    let ends = change () in
    let offset unix =
      let year = year_of (((unix + standard) / 86_400) + 719_162) in
      let from = begins year - standard and until = ends year - summer in
      let in_summer =
        if from < until then from <= unix && unix < until else not (until <= unix && unix < from)
      in
      if in_summer then summer else standard
    in
    (standard, offset)
  end

(* How far local time is ahead, in seconds, at a moment in Unix seconds. *)
let read_zone path =
  let channel = open_in_bin path in
  let file = really_input_string channel (in_channel_length channel) in
  close_in channel;
  let int32 at = Int32.to_int (String.get_int32_be file at) in
  let header at =
    let count index = int32 (at + 20 + (4 * index)) in
    (count 0, count 1, count 2, count 3, count 4, count 5)
  in
  let isut, isstd, leap, timecnt, typecnt, charcnt = header 0 in
  let second_part =
    44 + (timecnt * 5) + (typecnt * 6) + charcnt + (leap * 8) + isstd + isut
  in
  let isut, isstd, leap, timecnt, typecnt, charcnt = header second_part in
  let times = second_part + 44 in
  let indices = times + (timecnt * 8) in
  let types = indices + timecnt in
  let rule = types + (typecnt * 6) + charcnt + (leap * 12) + isstd + isut + 1 in
  let rule = String.sub file rule (String.length file - rule - 1) in
  let changed index = Int64.to_int (String.get_int64_be file (times + (8 * index))) in
  let standard, by_rule =
    if rule = "" then (0, None)
    else
      let standard, offset = offset_by_rule rule in
      (standard, Some offset)
  in
  (* .NET cuts what an offset is beside standard time to whole minutes. *)
  let offset_of kind = standard + ((int32 (types + (6 * kind)) - standard) / 60 * 60) in
  fun unix ->
    (* The number of changes up to this moment. *)
    let rec search low high =
      if low >= high then low
      else
        let middle = (low + high) / 2 in
        if changed middle <= unix then search (middle + 1) high else search low middle
    in
    match (search 0 timecnt, by_rule) with
    | count, Some by_rule when count = timecnt -> by_rule unix
    | 0, _ -> offset_of 0
    | count, _ -> offset_of (Char.code file.[indices + count - 1])

let zones = Hashtbl.create 16

let zone name =
  match Hashtbl.find_opt zones name with
  | Some zone -> zone
  | None ->
      let folder = Option.value (Sys.getenv_opt "TZDIR") ~default:"/usr/share/zoneinfo" in
      let path = Filename.concat folder name in
      let zone =
        if name = "UTC" then fun _ -> 0
        else if String.contains name '.' || not (Sys.file_exists path) then
          decline ("this machine does not know the time zone " ^ name)
        else read_zone path
      in
      Hashtbl.add zones name zone;
      zone

let to_local zone utc =
  let unix = Z.to_int (Z.fdiv (Z.sub utc unix_epoch) second) in
  let local = utc +! (Z.of_int (zone unix) *! second) in
  Z.max Z.zero (Z.min last_tick local)

(* * Option texts *)

let is_blank = function '\t' .. '\r' | ' ' -> true | _ -> false
let is_digit = function '0' .. '9' -> true | _ -> false

(* int.TryParse with NumberStyles.Integer *)
let integer bits text =
  let length = String.length text in
  let rec skip test at = if at < length && test text.[at] then skip test (at + 1) else at in
  let start = skip is_blank 0 in
  let signed = start < length && (text.[start] = '-' || text.[start] = '+') in
  let first = if signed then start + 1 else start in
  let behind = skip is_digit first in
  let tail = skip (( = ) '\000') (skip is_blank behind) in
  if behind = first || tail < length then None
  else
    let number = Z.of_string (String.sub text first (behind - first)) in
    let number = if text.[start] = '-' then Z.neg number else number in
    let limit = Z.shift_left Z.one (bits - 1) in
    if Z.geq number (Z.neg limit) && Z.lt number limit then Some number else None

(* string.Trim: Unicode's white space, in UTF-8 *)
let white =
  [ "\xC2\x85"; "\xC2\xA0"; "\xE1\x9A\x80"; "\xE2\x80\xA8"; "\xE2\x80\xA9"; "\xE2\x80\xAF";
    "\xE2\x81\x9F"; "\xE3\x80\x80" ]
  @ List.init 11 (fun index -> Printf.sprintf "\xE2\x80%c" (Char.chr (0x80 + index)))
  @ List.map (String.make 1) [ '\t'; '\n'; '\011'; '\012'; '\r'; ' ' ]

let rec trim text =
  let length = String.length text in
  let rest from upto = String.sub text from (upto - from) in
  match List.find_opt (fun prefix -> String.starts_with ~prefix text) white with
  | Some blank -> trim (rest (String.length blank) length)
  | None -> (
      match List.find_opt (fun suffix -> String.ends_with ~suffix text) white with
      | Some blank -> trim (rest 0 (length - String.length blank))
      | None -> text)

let is_unit letter = String.contains "smhDWMY" letter

(* The numbers and units of a text such as 1D12h. *)
let terms text =
  let length = String.length text in
  let rec from start =
    let rec find at = if at < length && not (is_unit text.[at]) then find (at + 1) else at in
    let at = find start in
    if at = length || at = 0 then
      if trim (String.sub text start (length - start)) = "" then []
      else reject "a unit is missing"
    else
      match integer 32 (trim (String.sub text start (at - start))) with
      | Some factor -> (Z.to_int factor, text.[at]) :: from (at + 1)
      | None -> reject "a number is missing"
  in
  from 0

let wrapped number = ((number + 0x8000_0000) land 0xFFFF_FFFF) - 0x8000_0000

(* What a term is worth in ticks, where months and years are days. *)
let fixed (factor, unit) =
  let times factor ticks = Z.of_int factor *! ticks in
  match unit with
  | 's' -> times factor second
  | 'm' -> times factor (Z.of_int 60 *! second)
  | 'h' -> times factor (Z.of_int 3600 *! second)
  | 'W' -> times (wrapped (factor * 7)) day
  | 'M' -> times (wrapped (factor * 30)) day
  | 'Y' -> times (wrapped (factor * 365)) day
  | _ -> times factor day

let time_span text =
  match integer 64 text with
  | _ when text = "" -> Z.zero
  | Some seconds -> span (seconds *! second)
  | None ->
      List.fold_left (fun sum term -> span (sum +! span (fixed term))) Z.zero (terms text)

let entries text = List.filter (( <> ) "") (String.split_on_char ',' text)

let policy release text : Model.pair list =
  let half text unlimited read =
    if text = "U" || text = "u" then unlimited
    else
      let span = time_span text in
      if Z.sign span < 0 then reject "a span is negative" else read span
  in
  let pair entry =
    match String.split_on_char ':' entry with
    | frame :: interval :: rest when rest = [] || release = "2.3.0" ->
        let frame = half frame None Option.some in
        { Model.frame; interval = half interval Z.zero Fun.id }
    | _ -> reject "an entry is FRAME:INTERVAL"
  in
  List.map pair (entries text)

(* keep-time's bound, the tolerance taken off. *)
let keep_time no_tolerance now text =
  let length = String.length text in
  let shown = if String.ends_with ~suffix:"\n" text then String.sub text 0 (length - 1) else text in
  let rec is_terms at =
    let rec digits at = if at < String.length shown && is_digit shown.[at] then digits (at + 1) else at in
    let behind = digits at in
    behind > at && behind < String.length shown && is_unit shown.[behind]
    && (behind + 1 = String.length shown || is_terms (behind + 1))
  in
  let back ticks (factor, unit) =
    match unit with
    | 'M' -> add_months ticks (-factor)
    | 'Y' -> add_months ticks (-factor * 12)
    | _ -> date (Z.sub ticks (fixed (factor, unit)))
  in
  let from =
    match integer 64 text with
    | _ when is_terms 0 -> List.fold_left back now (terms text)
    | Some seconds -> date (Z.sub now (span (seconds *! second)))
    | None when no_tolerance && String.lowercase_ascii (trim text) = "now" -> now
    | None when no_tolerance -> decline "keep-time as a date rests on the machine's language"
    | None -> reject "keep-time is not a span"
  in
  if no_tolerance then from
  else
    let seconds = Int64.to_float (Z.to_int64 (time_span text)) /. 1e7 in
    date (Z.sub from (Z.of_float (Float.trunc (Float.min (seconds /. 100.) 3600. *. 1e7))))

let version_list text =
  let number text =
    match integer 64 text with Some number -> number | None -> reject "a version is a number"
  in
  let range entry =
    if not (String.contains entry '-') then (number entry, number entry)
    else
      let parts = List.filter (( <> ) "") (String.split_on_char '-' entry) in
      match List.map (fun part -> number (trim part)) parts with
      | first :: last :: _ -> (Z.min first last, Z.max first last)
      | _ -> reject "a range has two ends"
  in
  let ranges = List.map range (entries text) in
  fun version ->
    List.exists (fun (first, last) -> Z.leq first version && Z.leq version last) ranges

let switch = function
  | None -> false
  | Some text ->
      not (List.mem (String.lowercase_ascii (trim text)) [ "false"; "off"; "no"; "0" ])

(* * The protocol *)

let field name question = J.Util.member name question
let text name question = J.Util.to_string (field name question)

(* Where winter time is negative summer time, .NET does not come back from the second pass of the
   repeated hour, and Duplicati records another time than the one that is given. *)
let records_another_time = [ "Europe/Dublin"; "Africa/Casablanca"; "Africa/El_Aaiun" ]
let hour = Z.of_int 3600 *! second

let plan question =
  let release = text "release" question in
  let zone_name = text "time_zone" question in
  if List.mem zone_name [ "Africa/Casablanca"; "Africa/El_Aaiun" ] then
    decline "Morocco's rules changed in 2026, and systems differ";
  let zone = zone zone_name in
  let options = field "options" question in
  let option name = J.Util.to_string_option (field name options) in
  let option_text name = Option.value (option name) ~default:"" in
  let utc_now = time (text "now" question) in
  let local_now = to_local zone utc_now in
  let backup index json =
    let utc = time (text "time" json) in
    if List.mem zone_name records_another_time && to_local zone utc = to_local zone (Z.sub utc hour)
    then decline "the model has no time but the one that is recorded";
    { Model.name = Z.of_int index;
      utc;
      local = to_local zone utc;
      partial = field "partial" json = `Bool true;
      locked_until = Option.map time (J.Util.to_string_option (field "locked_until" json)) }
  in
  let backups = List.mapi backup (J.Util.to_list (field "backups" question)) in
  let no_tolerance = switch (option "disable-time-tolerance") in
  let keep_time = keep_time no_tolerance local_now in
  let options =
    { Model.pairs = policy release (option_text "retention-policy");
      keep_time_bound =
        (match option_text "keep-time" with "" -> None | text -> Some (keep_time text));
      number_to_keep = Option.value (integer 32 (option_text "keep-versions")) ~default:Z.zero;
      named = version_list (option_text "version");
      allow_full_removal = switch (option "allow-full-removal") }
  in
  let numbers backups = `List (List.map (fun b -> `Int (Z.to_int b.Model.name)) backups) in
  match Model.plan options { Model.utc_now; local_now } backups with
  | None -> reject "a time frame starts before the year 1"
  | Some deleted ->
      let by_policy =
        Model.policy_deletes local_now options.Model.pairs options.Model.allow_full_removal
          (Model.by_true_time backups)
      in
      [ ("deletes", numbers deleted); ("retention_policy_deletes", numbers by_policy) ]

let hello =
  let texts list = `List (List.map (fun text -> `String text) list) in
  [ ("protocol", `Int 1);
    ("implementation", `String "the model that is proved, extracted from Coq");
    ("version", `String "1");
    ("releases", texts [ "2.3.0"; "2.3.1" ]);
    ("asks", texts [ "plan" ]);
    ("features", texts [ "order"; "locks" ]) ]

let answer question =
  match text "ask" question with
  | "hello" -> hello
  | "plan" -> (
      ("id", field "id" question)
      ::
      (try plan question with
      | Rejected reason -> [ ("error", `String reason) ]
      | Declined reason -> [ ("skip", `String reason) ]))
  | other -> [ ("id", field "id" question); ("skip", `String ("not asked of a model: " ^ other)) ]

let () =
  try
    while true do
      let question = J.from_string (input_line stdin) in
      print_endline (J.to_string (`Assoc (answer question)))
    done
  with End_of_file -> ()
