(** How Duplicati 2.3.0 and 2.3.1 decide which versions are deleted.

    Read it beside [docs/semantics.md], clauses 4 and 5. Texts, time zones and reasons are not here:
    the pairs, the local times and keep-time's bound are given. *)

From Coq Require Import ZArith List Bool.
Import ListNotations.
Open Scope Z_scope.

(** A point in time or a span, in units of 100 ns. .NET has 64 bits for it; all sums and differences
    here are of a time between the years 1 and 9999 and a span, and fit. *)
Definition ticks := Z.

Definition second : ticks := 10000000.

Record backup := Backup {
  name : Z;                      (** tells it from every other backup; nothing is decided by it *)
  utc : ticks;                   (** when it started, in true time *)
  local : ticks;                 (** the same by local time *)
  partial : bool;                (** whether it was stopped *)
  locked_until : option ticks    (** the end of its remote file's object lock, in true time *)
}.

Definition full (b : backup) : bool := negb (partial b).

Record pair := Pair {
  frame : option ticks;          (** [None] is the unlimited frame *)
  interval : ticks               (** 0 keeps all *)
}.

(** * Sorting

    Elements that are equal by the order stay in the order in which they were given. *)

Section Sort.
  Context {A : Type} (not_after : A -> A -> bool).

  Fixpoint insert (x : A) (l : list A) : list A :=
    match l with
    | [] => [x]
    | y :: rest => if not_after x y then x :: l else y :: insert x rest
    end.

  Definition sort : list A -> list A := fold_right insert [].
End Sort.

(** Newest first. In the first order the place of a version is its number. *)
Definition by_true_time : list backup -> list backup := sort (fun a b => utc b <=? utc a).
Definition by_local_time : list backup -> list backup := sort (fun a b => local b <=? local a).

Definition not_longer (f g : option ticks) : bool :=
  match f, g with
  | _, None => true
  | None, Some _ => false
  | Some f, Some g => f <=? g
  end.

Definition shortest_first : list pair -> list pair :=
  sort (fun p q => not_longer (frame p) (frame q)).

(** * The retention policy (clause 4) *)

(** A frame reaches from now back to its bound, the bound included; an unlimited one reaches
    everything. *)
Definition reaches (now : ticks) (p : pair) (b : backup) : bool :=
  match frame p with
  | None => true
  | Some span => now - span <=? local b
  end.

(** What stands at the head of a list, as long as it passes a test; and what is left then. *)
Section While.
  Context {A : Type} (test : A -> bool).

  Fixpoint take_while (l : list A) : list A :=
    match l with
    | [] => []
    | x :: rest => if test x then x :: take_while rest else []
    end.

  Fixpoint drop_while (l : list A) : list A :=
    match l with
    | [] => []
    | x :: rest => if test x then drop_while rest else l
    end.
End While.

(** Whether a backup is far enough from the time of the last full one that stayed. *)
Definition far_enough (interval : ticks) (last : option ticks) (b : backup) : bool :=
  match last with
  | None => true
  | Some last => (interval =? 0) || (interval <=? local b - last)
  end.

(** What is deleted inside a frame. The walk is from the oldest to the newest. *)
Fixpoint thin (interval : ticks) (last : option ticks) (oldest_first : list backup)
    : list backup :=
  match oldest_first with
  | [] => []
  | b :: newer =>
      if partial b then thin interval last newer
      else if far_enough interval last b then thin interval (Some (local b)) newer
      else b :: thin interval last newer
  end.

(** The loop over the frames: each takes what it reaches from the head of the list. What no frame
    took is deleted. *)
Fixpoint loop (now : ticks) (shortest_first : list pair) (newest_first : list backup)
    : list backup :=
  match shortest_first with
  | [] => newest_first
  | p :: longer =>
      thin (interval p) None (rev (take_while (reaches now p) newest_first))
      ++ loop now longer (drop_while (reaches now p) newest_first)
  end.

(** The newest by local time is set aside. It is deleted only if full removal is allowed and no
    frame reaches it. *)
Definition policy_deletes (now : ticks) (pairs : list pair) (allow_full_removal : bool)
    (versions : list backup) : list backup :=
  match pairs, by_local_time versions with
  | [], _ => []
  | _, [] => []
  | _, newest :: others =>
      loop now (shortest_first pairs) others
      ++ (if allow_full_removal && forallb (fun p => negb (reaches now p newest)) pairs
          then [newest] else [])
  end.

(** * The other options (clause 5) *)

(** keep-time keeps while a backup is not older than the bound or no full one has been seen yet. *)
Fixpoint keep_time (bound : ticks) (seen_full : bool) (newest_first : list backup)
    : list backup :=
  match newest_first with
  | [] => []
  | b :: older =>
      if (bound <=? local b) || negb seen_full
      then keep_time bound (seen_full || full b) older
      else newest_first
  end.

Definition keep_time_deletes (bound : option ticks) (newest_first : list backup) : list backup :=
  match bound with
  | None => []
  | Some bound => keep_time bound false newest_first
  end.

(** keep-versions keeps full backups until [left] of them are kept. [between] are the partial ones
    since the last full one; they are deleted when the next full one is kept. *)
Fixpoint count_down (left : Z) (between newest_first : list backup) : list backup :=
  match newest_first with
  | [] => []
  | b :: older =>
      if left <=? 0 then b :: count_down left [] older
      else if partial b then count_down left (between ++ [b]) older
      else between ++ count_down (left - 1) [] older
  end.

Definition count {A : Type} (l : list A) : Z := Z.of_nat (length l).

(** Partial backups at the new end stay. *)
Definition keep_versions_deletes (number : Z) (newest_first : list backup) : list backup :=
  if (0 <? number) && (number <? count newest_first)
  then count_down number [] (drop_while partial newest_first)
  else [].

(** What the option [version] names: [named] tells of a number whether it is in its list. *)
Fixpoint named_versions (named : Z -> bool) (number : Z) (versions : list backup) : list backup :=
  match versions with
  | [] => []
  | b :: rest =>
      let others := named_versions named (number + 1) rest in
      if named number then b :: others else others
  end.

(** * All of it *)

Record moment := Moment { utc_now : ticks; local_now : ticks }.

Record options := Options {
  pairs : list pair;
  keep_time_bound : option ticks;      (** by local time, the tolerance taken off *)
  number_to_keep : Z;                  (** of keep-versions; 0 if it is not set *)
  named : Z -> bool;                   (** the numbers in the option [version] *)
  allow_full_removal : bool
}.

Definition member (b : backup) (l : list backup) : bool :=
  existsb (fun other => name other =? name b) l.

Definition without (l removed : list backup) : list backup :=
  filter (fun b => negb (member b removed)) l.

(** What the options delete, before anything is retained. keep-versions counts only what the others
    left. [versions] is newest first by true time. *)
Definition chosen (o : options) (now : moment) (versions : list backup) : list backup :=
  let sorted := by_local_time versions in
  let others :=
    named_versions (named o) 0 versions
    ++ keep_time_deletes (keep_time_bound o) sorted
    ++ policy_deletes (local_now now) (pairs o) (allow_full_removal o) versions in
  others ++ keep_versions_deletes (number_to_keep o) (without sorted others).

(** The guard: if every version would be deleted, the first, which is version 0, is skipped. *)
Definition retain_last (allow_full_removal : bool) (versions deleted : list backup)
    : list backup :=
  if (count deleted =? count versions) && negb allow_full_removal then tl deleted else deleted.

(** A lock is looked up by time: of versions with one time, the lock of the first counts. *)
Definition lock (versions : list backup) (b : backup) : option ticks :=
  match find (fun version => utc version =? utc b) versions with
  | Some version => locked_until version
  | None => None
  end.

Definition locked (now : moment) (versions : list backup) (b : backup) : bool :=
  match lock versions b with
  | Some until => utc_now now <? until
  | None => false
  end.

(** The operation fails if there is a version and a frame reaches back before the year 1. *)
Definition fails (o : options) (now : moment) (versions : list backup) : bool :=
  (0 <? count versions)
  && existsb (fun p => match frame p with None => false | Some span => local_now now <? span end)
       (pairs o).

(** The deleted versions, in the order of their numbers; [None] if the operation fails. *)
Definition plan (o : options) (now : moment) (given : list backup) : option (list backup) :=
  let versions := by_true_time given in
  if fails o now versions then None
  else
    let all := chosen o now versions in
    let deleted := filter (fun b => member b all) versions in
    Some (filter (fun b => negb (locked now versions b))
            (retain_last (allow_full_removal o) versions deleted)).

(** * Over time (clause 7) *)

(** What happens to a job: a backup is made, or retention runs. *)
Inductive event :=
| Start (b : backup)
| Run (o : options) (now : moment).

(** The versions that are there after these events, of which the latest stands first; newest first.
    A run that fails deletes nothing. *)
Fixpoint history (latest_first : list event) : list backup :=
  match latest_first with
  | [] => []
  | Start b :: earlier => b :: history earlier
  | Run o now :: earlier =>
      match plan o now (history earlier) with
      | None => history earlier
      | Some deleted => without (history earlier) deleted
      end
  end.

(** Of equal frames only the first counts. *)
Definition same_frame (p q : pair) : bool :=
  not_longer (frame p) (frame q) && not_longer (frame q) (frame p).

Fixpoint firsts (pairs : list pair) : list pair :=
  match pairs with
  | [] => []
  | p :: rest => p :: filter (fun q => negb (same_frame p q)) (firsts rest)
  end.

(** The widest gap that retention can leave behind a survivor in the frame of [p], if starts are at
    most [longest] apart: a distance below an interval is at most the whole seconds of it. *)
Definition whole_seconds_below (interval : ticks) : ticks := (interval - 1) / second * second.

Definition gap_bound (pairs : list pair) (p : pair) (longest : ticks) : ticks :=
  let counts q := not_longer (frame q) (frame p) && negb (interval q =? 0) in
  fold_right Z.add longest
    (map (fun q => whole_seconds_below (interval q)) (filter counts (firsts pairs))).
