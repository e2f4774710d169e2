(** What is not so: conditions of the gap bound that are needed, and how far it is reached.

    Each is a life of a job, run by the model. *)

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
