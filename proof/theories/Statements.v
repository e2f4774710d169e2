(** What is proved of the model, for all inputs. The proofs are in the files that [Theorems.v] names.

    A word in backquotes is the id of an invariant of [src/invariants]. *)

From Coq Require Import ZArith List Bool Permutation.
From Retention Require Import Model Lists.
Import ListNotations.
Open Scope Z_scope.

(** * Words *)

(** No backup occurs twice. Their times may be equal. *)
Definition distinct (l : list backup) : Prop := NoDup (map name l).

(** The frame that a backup lies in: the shortest that reaches it, the first of equal ones. *)
Definition frame_of (now : ticks) (pairs : list pair) (b : backup) : option pair :=
  find (fun p => reaches now p b) (shortest_first pairs).

Definition lies_in_no_frame (now : ticks) (pairs : list pair) (b : backup) : Prop :=
  forall p, In p pairs -> reaches now p b = false.

(** A case of the retention policy: there is a policy, the newest of the versions by local time is
    [newest], and [others] are the other ones, newest first. *)
Definition case (pairs : list pair) (versions : list backup) (newest : backup)
    (others : list backup) : Prop :=
  distinct versions /\ pairs <> [] /\ by_local_time versions = newest :: others.

(** [b] and [a] are full, lie in the frame of [p], [a] is older and nearer than the interval. *)
Definition too_close (now : ticks) (pairs : list pair) (others : list backup)
    (p : pair) (a b : backup) : Prop :=
  frame_of now pairs a = Some p /\ frame_of now pairs b = Some p
  /\ full a = true /\ full b = true /\ behind others a b
  /\ local b - local a < interval p.

(** The local rule: what it takes for a version other than the newest to be deleted, where [deleted]
    tells it of the older ones. *)
Definition rule (now : ticks) (pairs : list pair) (others : list backup)
    (deleted : backup -> Prop) (b : backup) : Prop :=
  frame_of now pairs b = None
  \/ exists p a, too_close now pairs others p a b /\ ~ deleted a.

(** * The retention policy *)

(** `partition`: each version is decided once. *)
Definition policy_decides_once : Prop :=
  forall now pairs allow versions, distinct versions ->
  NoDup (policy_deletes now pairs allow versions)
  /\ incl (policy_deletes now pairs allow versions) versions.

(** `one-frame`: a backup lies in the shortest frame that reaches it. *)
Definition frame_is_shortest : Prop :=
  forall now pairs b,
  match frame_of now pairs b with
  | None => lies_in_no_frame now pairs b
  | Some p => In p pairs /\ reaches now p b = true
      /\ forall q, In q pairs -> reaches now q b = true -> not_longer (frame p) (frame q) = true
  end.

(** The loop over frames and backups is one rule about a version and its neighbours in its frame. *)
Definition loop_is_local_rule : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  let deleted b := In b (policy_deletes now pairs allow versions) in
  forall b, In b others -> (deleted b <-> rule now pairs others deleted b).

(** The rule has one solution: nothing else about the loop matters. *)
Definition local_rule_decides : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall deleted : backup -> Prop,
  (forall b, In b others -> (deleted b <-> rule now pairs others deleted b)) ->
  forall b, In b others -> (deleted b <-> In b (policy_deletes now pairs allow versions)).

(** `newest-kept`, `newest-removed` *)
Definition newest_rule : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  (In newest (policy_deletes now pairs allow versions)
   <-> allow = true /\ lies_in_no_frame now pairs newest).

(** `survivors-in-frame`: every survivor other than the newest lies in a frame. *)
Definition survivors_in_frame : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall b, In b others -> ~ In b (policy_deletes now pairs allow versions) ->
  exists p, frame_of now pairs b = Some p.

(** `spacing`: any two full survivors of one frame are at least its interval apart. *)
Definition spacing : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall p a b,
  ~ In a (policy_deletes now pairs allow versions) ->
  ~ In b (policy_deletes now pairs allow versions) ->
  ~ too_close now pairs others p a b.

(** `maximality`: what is deleted inside a frame is full, and too close to a full survivor. *)
Definition maximality : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall b p, In b others -> frame_of now pairs b = Some p ->
  In b (policy_deletes now pairs allow versions) ->
  exists a, too_close now pairs others p a b /\ ~ In a (policy_deletes now pairs allow versions).

(** `oldest-survives` *)
Definition oldest_survives : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall b p, In b others -> frame_of now pairs b = Some p ->
  (forall a, behind others a b -> frame_of now pairs a <> Some p) ->
  ~ In b (policy_deletes now pairs allow versions).

(** `oldest-full-survives` *)
Definition oldest_full_survives : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall b p, In b others -> frame_of now pairs b = Some p ->
  (forall a, behind others a b -> full a = true -> frame_of now pairs a <> Some p) ->
  ~ In b (policy_deletes now pairs allow versions).

(** `partials-survive` *)
Definition partials_survive : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall b p, In b others -> frame_of now pairs b = Some p -> partial b = true ->
  ~ In b (policy_deletes now pairs allow versions).

(** `keep-all` *)
Definition keep_all : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  forall b p, In b others -> frame_of now pairs b = Some p -> interval p = 0 ->
  ~ In b (policy_deletes now pairs allow versions).

(** `empty-policy` *)
Definition empty_policy : Prop :=
  forall now allow versions, policy_deletes now [] allow versions = [].

(** `order`: what is thinned stands frame by frame from the shortest, the oldest first; then what
    lies in no frame, the newest first; then the newest of all. *)
Definition lies_in (now : ticks) (pairs : list pair) (p : pair) (b : backup) : bool :=
  match frame_of now pairs b with
  | Some q => same_frame p q
  | None => false
  end.

Definition lies_outside (now : ticks) (pairs : list pair) (b : backup) : bool :=
  match frame_of now pairs b with
  | Some _ => false
  | None => true
  end.

Definition order : Prop :=
  forall now pairs allow versions newest others, case pairs versions newest others ->
  let deleted := policy_deletes now pairs allow versions in
  let thinned p := filter (fun b => member b deleted && lies_in now pairs p b) others in
  deleted
  = flat_map (fun p => rev (thinned p)) (shortest_first (firsts pairs))
    ++ filter (lies_outside now pairs) others
    ++ (if member newest deleted then [newest] else []).

(** * The retention policy, asked twice *)

(** `replan`: deciding again about the survivors deletes nothing. *)
Definition replanning_deletes_nothing : Prop :=
  forall now pairs allow versions, distinct versions ->
  policy_deletes now pairs allow
    (without versions (policy_deletes now pairs allow versions)) = [].

(** `order-of-pairs` *)
Definition order_of_pairs : Prop :=
  forall now pairs pairs' allow versions, Permutation pairs pairs' ->
  NoDup (map frame pairs) ->
  policy_deletes now pairs allow versions = policy_deletes now pairs' allow versions.

(** `equal-frame`: a pair with the frame of an earlier one does nothing. *)
Definition equal_frame : Prop :=
  forall now before p between q after allow versions, frame p = frame q ->
  policy_deletes now (before ++ p :: between ++ q :: after) allow versions
  = policy_deletes now (before ++ p :: between ++ after) allow versions.

(** `older-backup`: a backup that no frame reaches and that is not newer than any other one is
    deleted, and nothing else changes. *)
Definition older_backup : Prop :=
  forall now pairs allow versions newest others b, case pairs versions newest others ->
  lies_in_no_frame now pairs b ->
  (forall other, In other versions -> local b <= local other) ->
  forall x, In x (policy_deletes now pairs allow (versions ++ [b]))
    <-> x = b \/ In x (policy_deletes now pairs allow versions).

(** `shift`: it does not matter when all this happens. *)
Definition later (by_ : ticks) (b : backup) : backup :=
  Backup (name b) (utc b) (local b + by_) (partial b) (locked_until b).

Definition shift : Prop :=
  forall by_ now pairs allow versions,
  policy_deletes (now + by_) pairs allow (map (later by_) versions)
  = map (later by_) (policy_deletes now pairs allow versions).

(** `full-removal`: whether it is allowed makes no difference to any backup but the newest. *)
Definition full_removal : Prop :=
  forall now pairs versions newest others, case pairs versions newest others ->
  forall b, b <> newest ->
  (In b (policy_deletes now pairs true versions)
   <-> In b (policy_deletes now pairs false versions)).

(** `split-keep-all`: a frame that keeps all may be split anywhere above the frame before it. *)
Definition split_keep_all : Prop :=
  forall now pairs allow versions p q b, distinct versions ->
  In p (firsts pairs) -> interval p = 0 -> interval q = 0 ->
  not_longer (frame q) (frame p) = true ->
  (forall r, In r pairs -> not_longer (frame p) (frame r) = false ->
   not_longer (frame r) (frame q) = true) ->
  (In b (policy_deletes now (pairs ++ [q]) allow versions)
   <-> In b (policy_deletes now pairs allow versions)).

(** * All options together *)

(** `partition`: each version is decided once, and what is deleted and what survives is the input. *)
Definition plan_decides_once : Prop :=
  forall o now given deleted, distinct given -> plan o now given = Some deleted ->
  NoDup deleted /\ Permutation given (deleted ++ without given deleted).

(** `fails-before-year-one`, as far as it is about the policy. *)
Definition fails_before_year_one : Prop :=
  forall o now given,
  plan o now given = None
  <-> given <> []
      /\ exists p span, In p (pairs o) /\ frame p = Some span /\ local_now now < span.

(** Whether every version is chosen and the last one has to stay. *)
Definition all_chosen (o : options) (now : moment) (versions : list backup) : Prop :=
  allow_full_removal o = false
  /\ forall b, In b versions -> In b (chosen o now versions).

(** `union`: what is deleted is what an option chooses, less the last version and what is locked. *)
Definition union : Prop :=
  forall o now given deleted, distinct given -> plan o now given = Some deleted ->
  let versions := by_true_time given in
  forall b, In b deleted <->
    In b (chosen o now versions)
    /\ ~ (all_chosen o now versions /\ hd_error versions = Some b)
    /\ locked now versions b = false.

(** Each option chooses for itself; keep-versions asks what the others left. *)
Definition chosen_by_some_option : Prop :=
  forall o now versions b, distinct versions ->
  let sorted := by_local_time versions in
  let by_others b :=
    In b (named_versions (named o) 0 versions)
    \/ In b (keep_time_deletes (keep_time_bound o) sorted)
    \/ In b (policy_deletes (local_now now) (pairs o) (allow_full_removal o) versions) in
  In b (chosen o now versions)
  <-> by_others b
      \/ exists left, left = without sorted
             (named_versions (named o) 0 versions
              ++ keep_time_deletes (keep_time_bound o) sorted
              ++ policy_deletes (local_now now) (pairs o) (allow_full_removal o) versions)
         /\ (forall x, In x left <-> In x versions /\ ~ by_others x)
         /\ In b (keep_versions_deletes (number_to_keep o) left).

(** `named-versions` *)
Definition named_versions_rule : Prop :=
  forall named versions newer b older, distinct versions -> versions = newer ++ b :: older ->
  (In b (named_versions named 0 versions) <-> named (count newer) = true).

(** `keep-time-keeps`, `keep-time-deletes`: what is older than the bound and has a full backup
    before it. *)
Definition keep_time_rule : Prop :=
  forall bound versions newer b older, distinct versions ->
  by_local_time versions = newer ++ b :: older ->
  (In b (keep_time_deletes (Some bound) (by_local_time versions))
   <-> local b < bound /\ exists f, In f newer /\ full f = true).

(** `keep-versions-off`, `keep-versions-number`, `keep-versions-partials`. *)
Definition keep_versions_rule : Prop :=
  forall number left newer b older, distinct left -> left = newer ++ b :: older ->
  let full_before := count (filter full newer) in
  let full_ones := count (filter full left) in
  (In b (keep_versions_deletes number left)
   <-> 0 < number < count left
       /\ (number <= full_before \/ partial b = true /\ 0 < full_before < full_ones)).

(** `never-all-gone` *)
Definition never_all_deleted : Prop :=
  forall o now given deleted, given <> [] -> allow_full_removal o = false ->
  distinct given -> plan o now given = Some deleted ->
  exists b, In b given /\ ~ In b deleted.

(** `last-version`: version 0 stays if all are chosen. *)
Definition last_version_stays : Prop :=
  forall o now given deleted b, distinct given -> plan o now given = Some deleted ->
  all_chosen o now (by_true_time given) -> hd_error (by_true_time given) = Some b ->
  ~ In b deleted.

(** `locks`: what has the time of a version whose lock ends later stays, if that is the first with
    this time. *)
Definition locked_stay : Prop :=
  forall o now given deleted before version after b until,
  plan o now given = Some deleted ->
  by_true_time given = before ++ version :: after ->
  (forall other, In other before -> utc other <> utc version) ->
  locked_until version = Some until -> utc_now now < until ->
  utc b = utc version -> ~ In b deleted.

(** `order-of-input` *)
Definition order_of_input : Prop :=
  forall o now given given', Permutation given given' -> NoDup (map utc given) ->
  plan o now given = plan o now given'.

(** The newest by true time is deleted by the policy exactly if it is the newest by local time, too,
    and that is deleted, or another one is newer by local time and the rule holds. *)
Definition true_newest_by_policy : Prop :=
  forall now pairs allow first rest newest others,
  case pairs (first :: rest) newest others ->
  let deleted b := In b (policy_deletes now pairs allow (first :: rest)) in
  (deleted first <->
    (forall b, In b rest -> local b <= local first)
      /\ allow = true /\ lies_in_no_frame now pairs first
    \/ (exists b, In b rest /\ local first < local b)
      /\ rule now pairs others deleted first).

(** With all options together. *)
Definition true_newest_by_plan : Prop :=
  forall o now given deleted first, distinct given -> plan o now given = Some deleted ->
  let versions := by_true_time given in
  hd_error versions = Some first ->
  (In first deleted <->
    In first (chosen o now versions)
    /\ (allow_full_removal o = true \/ exists b, In b versions /\ ~ In b (chosen o now versions))
    /\ locked now versions first = false).

(** * Over time *)

Definition starts (events : list event) : list backup :=
  flat_map (fun e => match e with Start b => [b] | Run _ _ => [] end) events.

Definition runs (events : list event) : list (options * moment) :=
  flat_map (fun e => match e with Start _ => [] | Run o now => [(o, now)] end) events.

(** `never-back`: what was deleted in a run is in no later history, whatever the options are. *)
Definition never_back : Prop :=
  forall later_ o now earlier deleted b,
  distinct (starts (later_ ++ Run o now :: earlier)) ->
  plan o now (history earlier) = Some deleted -> In b deleted ->
  In b (history earlier) /\ ~ In b (history (later_ ++ Run o now :: earlier)).

(** `never-back`, the other half: a history has what the one before had, less what was deleted. *)
Definition survivors_stay : Prop :=
  forall o now earlier b,
  In b (history (Run o now :: earlier))
  <-> In b (history earlier)
      /\ forall deleted, plan o now (history earlier) = Some deleted -> member b deleted = false.

(** ** The gap bound *)

(** The options of a run are the policy alone; full removal may be allowed. *)
Definition only_policy (pairs_ : list pair) (o : options) : Prop :=
  pairs o = pairs_ /\ keep_time_bound o = None /\ number_to_keep o = 0
  /\ forall number, named o number = false.

(** Each of two neighbours, of which the later stands first, is related to the next. *)
Fixpoint chain {A} (related : A -> A -> Prop) (latest_first : list A) : Prop :=
  match latest_first with
  | later_ :: ((earlier :: _) as rest) => related later_ earlier /\ chain related rest
  | _ => True
  end.

Record steady (pairs_ : list pair) (longest : ticks) (events : list event) : Prop := {
  (** One policy, which a parser would accept. *)
  one_policy : forall o now, In (o, now) (runs events) -> only_policy pairs_ o;
  no_negative : forall p, In p pairs_ -> 0 <= interval p;
  (** Each start is a new backup, at a whole second and with no lock. *)
  new_backups : distinct (starts events);
  at_whole_seconds : forall b, In b (starts events) -> (local b) mod second = 0;
  no_locks : forall b, In b (starts events) -> locked_until b = None;
  (** From start to start no time goes back, and local time goes on by at most [longest]. *)
  starts_in_order : chain (fun b a => utc a <= utc b /\ local a <= local b) (starts events);
  starts_apart : chain (fun b a => local b - local a <= longest) (starts events);
  longest_not_negative : 0 <= longest;
  (** From run to run local time does not go back. *)
  runs_in_order :
    chain (fun later_ earlier => local_now (snd earlier) <= local_now (snd later_)) (runs events)
}.

(** `gap-bound`: a survivor in the frame of [p] and the next survivor, [later_], are no further
    apart than this. *)
Definition gap_is_bounded : Prop :=
  forall pairs_ longest o now events, steady pairs_ longest (Run o now :: events) ->
  forall newer later_ b older p,
  history (Run o now :: events) = newer ++ later_ :: b :: older ->
  frame_of (local_now now) pairs_ b = Some p ->
  local later_ - local b <= gap_bound pairs_ p longest.

(** `gap-bound`: no smaller bound holds. Whatever the intervals are, if each is longer than as many
    seconds as there are frames, and [longest] too, there are frames and a life that leaves a gap as
    wide as the bound, behind a survivor in the longest frame. Frames, starts and runs are at whole
    seconds. *)
Definition bound_is_reached : Prop :=
  forall longest intervals,
  let frames := count intervals * second in
  intervals <> [] ->
  (forall i, In i intervals -> frames < i /\ i mod second = 0) ->
  frames < longest -> longest mod second = 0 ->
  exists pairs_ o now events later_ b p,
    map interval pairs_ = intervals
    /\ (forall q, In q pairs_ -> not_longer (frame q) (frame p) = true
                              /\ exists span, frame q = Some span /\ interval q < span
                                         /\ span mod second = 0)
    /\ (forall r, In r (runs (Run o now :: events)) -> local_now (snd r) mod second = 0)
    /\ steady pairs_ longest (Run o now :: events)
    /\ history (Run o now :: events) = [later_; b]
    /\ frame_of (local_now now) pairs_ b = Some p
    /\ local later_ - local b = gap_bound pairs_ p longest.
