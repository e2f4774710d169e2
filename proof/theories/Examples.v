(** What is not so: conditions of the gap bound that are needed. Each is a life of a job, run by the
    model. *)

From Coq Require Import ZArith List Bool.
From Retention Require Import Model Statements.
Import ListNotations.
Open Scope Z_scope.

Definition hours (count : Z) : ticks := count * 3600 * second.

Definition policy_only (pairs_ : list pair) : options :=
  Options pairs_ None 0 (fun _ => false) false.

Definition full_backup (hour : Z) : backup :=
  Backup hour (hours hour) (hours hour) false None.

Definition start (hour : Z) : event := Start (full_backup hour).
Definition run (pairs_ : list pair) (hour : Z) : event :=
  Run (policy_only pairs_) (Moment (hours hour) (hours hour)).

(** The first version that lies in the frame of [p] at [now], and how far away the next one is. *)
Fixpoint widest (now : ticks) (pairs_ : list pair) (newest_first : list backup)
    : list (pair * ticks) :=
  match newest_first with
  | later_ :: ((b :: _) as rest) =>
      match frame_of now pairs_ b with
      | Some p => (p, local later_ - local b) :: widest now pairs_ rest
      | None => widest now pairs_ rest
      end
  | _ => []
  end.

(** With locks there is no such bound. Of the starts at 0, 3, 6, 10, 13 and 15 hours three are locked
    for a while; after the run at 15 there is a gap of 10 hours, and the bound is 9:59:59. *)
Definition locked_backup (hour until : Z) : event :=
  Start (Backup hour (hours hour) (hours hour) false (Some (hours until))).

Definition pairs_with_locks : list pair :=
  [Pair (Some (hours 13)) (hours 6); Pair None (hours 5)].

Definition life_with_locks : list event :=
  [run pairs_with_locks 15; start 15; run pairs_with_locks 13; locked_backup 13 29; start 10;
   locked_backup 6 15; locked_backup 3 28; start 0].

Example locks_break_the_bound :
  exists p, In (p, hours 10) (widest (hours 15) pairs_with_locks (history life_with_locks))
    /\ gap_bound pairs_with_locks p (hours 4) = hours 10 - second.
Proof. exists (Pair (Some (hours 13)) (hours 6)). split; vm_compute; auto 10. Qed.

(** A clock that is set back between two runs breaks it: a backup comes back into a shorter frame. The
    starts are at 8, 10 and 13 hours, the runs at 16 and then at 10. The gap is 5 hours, and the bound
    4:59:59. *)
Definition pairs_of_two : list pair := [Pair (Some (hours 4)) (hours 2); Pair None (hours 5)].

Example runs_in_order_is_needed :
  exists p, In (p, hours 5) (widest (hours 10) pairs_of_two
      (history [run pairs_of_two 10; run pairs_of_two 16; start 13; start 10; start 8]))
    /\ gap_bound pairs_of_two p (hours 3) = hours 5 - second.
Proof. exists (Pair (Some (hours 4)) (hours 2)). split; vm_compute; auto 10. Qed.

(** So does one that is set back between two starts: the second of two, an hour later in true time,
    is 4 hours earlier by local time. The bound is 2:59:59. *)
Example starts_in_order_is_needed :
  exists p, In (p, hours 4) (widest (hours 10) pairs_of_two (by_local_time (history
      [run pairs_of_two 10; Start (Backup 11 (hours 11) (hours 6) false None); start 10])))
    /\ gap_bound pairs_of_two p (hours 1) = hours 3 - second.
Proof. exists (Pair (Some (hours 4)) (hours 2)). split; vm_compute; auto 10. Qed.
