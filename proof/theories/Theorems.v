(** Every statement of [Statements.v], proved. [check.sh] prints what each of these rests on. *)

From Retention Require Model Statements Policy Relations Plan Time Reached.

(** The retention policy: [Policy.v] *)
Definition policy_decides_once : Statements.policy_decides_once := Policy.policy_decides_once_ok.
Definition frame_is_shortest : Statements.frame_is_shortest := Policy.frame_is_shortest_ok.
Definition loop_is_local_rule : Statements.loop_is_local_rule := Policy.loop_is_local_rule_ok.
Definition local_rule_decides : Statements.local_rule_decides := Policy.local_rule_decides_ok.
Definition newest_rule : Statements.newest_rule := Policy.newest_rule_ok.
Definition survivors_in_frame : Statements.survivors_in_frame := Policy.survivors_in_frame_ok.
Definition spacing : Statements.spacing := Policy.spacing_ok.
Definition maximality : Statements.maximality := Policy.maximality_ok.
Definition oldest_survives : Statements.oldest_survives := Policy.oldest_survives_ok.
Definition oldest_full_survives : Statements.oldest_full_survives :=
  Policy.oldest_full_survives_ok.
Definition partials_survive : Statements.partials_survive := Policy.partials_survive_ok.
Definition keep_all : Statements.keep_all := Policy.keep_all_ok.
Definition empty_policy : Statements.empty_policy := Policy.empty_policy_ok.
Definition order : Statements.order := Relations.order_ok.

(** The retention policy, asked twice: [Relations.v] *)
Definition replanning_deletes_nothing : Statements.replanning_deletes_nothing :=
  Relations.replanning_deletes_nothing_ok.
Definition order_of_pairs : Statements.order_of_pairs := Relations.order_of_pairs_ok.
Definition equal_frame : Statements.equal_frame := Relations.equal_frame_ok.
Definition older_backup : Statements.older_backup := Relations.older_backup_ok.
Definition shift : Statements.shift := Relations.shift_ok.
Definition full_removal : Statements.full_removal := Relations.full_removal_ok.
Definition split_keep_all : Statements.split_keep_all := Relations.split_keep_all_ok.

(** All options together: [Plan.v] *)
Definition plan_decides_once : Statements.plan_decides_once := Plan.plan_decides_once_ok.
Definition fails_before_year_one : Statements.fails_before_year_one :=
  Plan.fails_before_year_one_ok.
Definition union : Statements.union := Plan.union_ok.
Definition chosen_by_some_option : Statements.chosen_by_some_option :=
  Plan.chosen_by_some_option_ok.
Definition named_versions_rule : Statements.named_versions_rule := Plan.named_versions_rule_ok.
Definition keep_time_rule : Statements.keep_time_rule := Plan.keep_time_rule_ok.
Definition keep_versions_rule : Statements.keep_versions_rule := Plan.keep_versions_rule_ok.
Definition never_all_deleted : Statements.never_all_deleted := Plan.never_all_deleted_ok.
Definition last_version_stays : Statements.last_version_stays := Plan.last_version_stays_ok.
Definition locked_stay : Statements.locked_stay := Plan.locked_stay_ok.
Definition order_of_input : Statements.order_of_input := Plan.order_of_input_ok.
Definition true_newest_by_policy : Statements.true_newest_by_policy :=
  Plan.true_newest_by_policy_ok.
Definition true_newest_by_plan : Statements.true_newest_by_plan := Plan.true_newest_by_plan_ok.

(** Over time: [Time.v] *)
Definition never_back : Statements.never_back := Time.never_back_ok.
Definition survivors_stay : Statements.survivors_stay := Time.survivors_stay_ok.
Definition gap_is_bounded : Statements.gap_is_bounded := Time.gap_is_bounded_ok.

(** How tight the bound is: [Reached.v] *)
Definition bound_is_reached : Statements.bound_is_reached := Reached.bound_is_reached_ok.
