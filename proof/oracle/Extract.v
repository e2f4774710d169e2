(** The model in OCaml: [model.ml] in the current folder. *)

From Coq Require Import Extraction ExtrOcamlBasic ExtrOcamlZBigInt.
From Retention Require Import Model.

Extraction Language OCaml.
Extraction "model.ml" Model.plan Model.policy_deletes Model.by_true_time.
