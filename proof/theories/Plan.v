(** All options together. *)

From Coq Require Import ZArith List Bool Lia Permutation Sorted.
From Retention Require Import Model Lists Statements Policy.
Import ListNotations.
Open Scope Z_scope.

(** * Counting *)

Lemma count_cons {A} (x : A) l : count (x :: l) = count l + 1.
Proof. unfold count. simpl length. lia. Qed.

Lemma count_app {A} (l m : list A) : count (l ++ m) = count l + count m.
Proof. unfold count. rewrite app_length. lia. Qed.

Lemma count_pos {A} (l : list A) : 0 <= count l.
Proof. unfold count. lia. Qed.

Lemma count_nil {A} : @count A [] = 0.
Proof. reflexivity. Qed.

Lemma count_full_cons b l :
  count (filter full (b :: l)) = count (filter full l) + (if partial b then 0 else 1).
Proof.
  cbn [filter]. destruct (full b) eqn:F; unfold full in F; destruct (partial b); try discriminate.
  - now rewrite count_cons.
  - now rewrite Z.add_0_r.
Qed.

(** * keep-time *)

Lemma keep_time_incl bound l : forall seen, incl (keep_time bound seen l) l.
Proof.
  induction l as [|b l IH]; simpl; intros seen; [apply incl_refl|].
  destruct (_ || _); [|apply incl_refl]. intros x I. right. eapply IH; eauto.
Qed.

Lemma keep_time_exact bound l : forall seen, ordered newer_first l -> NoDup l ->
  forall l1 b l2, l = l1 ++ b :: l2 ->
  (In b (keep_time bound seen l)
   <-> local b < bound /\ (seen = true \/ exists f, In f l1 /\ full f = true)).
Proof.
  induction l as [|x l IH]; intros seen S D l1 b l2 E; [destruct l1; discriminate|].
  unfold ordered in S. inversion S; subst. inversion D; subst.
  rewrite Forall_forall in H2.
  cbn [keep_time]. destruct ((bound <=? local x) || negb seen) eqn:T.
  - destruct l1 as [|y l1]; inversion E; subst.
    + split; [intros I; now apply keep_time_incl in I|].
      intros (L & [->|(f & [] & _)]). apply orb_true_iff in T as [T|T]; [|discriminate].
      apply Z.leb_le in T. lia.
    + rewrite (IH _ H1 H4 l1 b l2 eq_refl). rewrite orb_true_iff.
      split; intros (L & H); split; auto.
      * destruct H as [[H|H]|(f & I & F)]; auto; right; eexists; split; eauto; simpl; auto.
      * destruct H as [H|(f & [<-|I] & F)]; eauto.
  - apply orb_false_iff in T as [T1 T2]. apply negb_false_iff in T2. subst seen.
    apply Z.leb_gt in T1.
    split; intros H; [|rewrite E; apply in_or_app; simpl; auto].
    split; auto. destruct l1 as [|y l1]; inversion E; subst; auto.
    specialize (H2 b). unfold newer_first in H2. rewrite Z.leb_le in H2.
    assert (local b <= local y) by (apply H2; apply in_or_app; simpl; auto). lia.
Qed.

Theorem keep_time_rule_ok : keep_time_rule.
Proof.
  intros bound versions newer b older D E. unfold keep_time_deletes.
  rewrite (keep_time_exact bound (by_local_time versions) false) with (l1 := newer) (l2 := older);
    auto using by_local_ordered.
  - intuition discriminate.
  - apply distinct_NoDup. eapply distinct_perm; [|exact D]. apply Permutation_sym, by_local_perm.
Qed.

(** * keep-versions *)

Lemma count_down_incl l : forall left between, incl (count_down left between l) (between ++ l).
Proof.
  induction l as [|b l IH]; simpl; intros left between x; [contradiction|].
  destruct (left <=? 0); [|destruct (partial b)].
  - intros [->|I]; apply in_or_app; simpl; auto. apply IH in I. simpl in I. auto.
  - intros I. apply IH in I. now rewrite <- app_assoc in I.
  - rewrite !in_app_iff. simpl. intros [I|I]; auto. apply IH in I. simpl in I. auto.
Qed.

Lemma count_down_all l : forall left, left <= 0 -> count_down left [] l = l.
Proof.
  induction l as [|b l IH]; simpl; intros left N; auto.
  assert (E : left <=? 0 = true) by now apply Z.leb_le.
  rewrite E. now rewrite IH.
Qed.

(** Those between are deleted exactly if there is another full one, and it is kept. *)
Lemma count_down_between l x : forall left between, 0 < left -> In x between -> ~ In x l ->
  (In x (count_down left between l) <-> exists f, In f l /\ full f = true).
Proof.
  induction l as [|b l IH]; intros left between P I N.
  - simpl. split; [contradiction | intros (f & [] & _)].
  - simpl. assert (E : left <=? 0 = false) by (apply Z.leb_gt; lia). rewrite E.
    destruct (partial b) eqn:Pb.
    + rewrite IH; [|lia| apply in_or_app; auto | simpl in N; auto].
      split; intros (f & If & F); exists f; split; auto. destruct If as [<-|If]; auto.
      unfold full in F. rewrite Pb in F. discriminate.
    + rewrite in_app_iff. split; auto. intros _. exists b. unfold full. rewrite Pb. auto.
Qed.

Lemma count_down_exact l : forall left between, NoDup (between ++ l) -> 0 < left ->
  forall l1 b l2, l = l1 ++ b :: l2 ->
  (In b (count_down left between l)
   <-> left <= count (filter full l1)
       \/ partial b = true /\ exists f, In f l2 /\ full f = true).
Proof.
  induction l as [|x l IH]; intros left between D P l1 b l2 E; [destruct l1; discriminate|].
  assert (Ex : left <=? 0 = false) by (apply Z.leb_gt; lia).
  cbn [count_down]. rewrite Ex.
  assert (Dm : NoDup (between ++ l)) by (apply NoDup_remove_1 in D; exact D).
  assert (Nx : ~ In x (between ++ l)) by (apply NoDup_remove_2 in D; exact D).
  destruct l1 as [|y l1]; inversion E; subst.
  - (* b is the next one *)
    change (filter full []) with (@nil backup). rewrite count_nil.
    destruct (partial b) eqn:Pb.
    + rewrite count_down_between; auto.
      * split; [tauto|]. intros [H|[_ H]]; [lia|exact H].
      * apply in_or_app. simpl. auto.
      * intros I. apply Nx, in_or_app. auto.
    + split; [|intros [H|[H _]]; [lia|discriminate]].
      intros I. exfalso. apply Nx. apply in_app_or in I as [I|I]; apply in_or_app; auto.
      apply count_down_incl in I. simpl in I. auto.
  - rewrite count_full_cons. rename y into x.
    destruct (partial x) eqn:Px.
    + rewrite IH with (l1 := l1) (l2 := l2); auto; [|now rewrite <- app_assoc].
      now rewrite Z.add_0_r.
    + assert (Ib : ~ In b between).
      { intros I. apply NoDup_app in Dm as (_ & _ & Dm). apply (Dm b I). apply in_or_app. simpl. auto. }
      rewrite in_app_iff.
      destruct (Z.leb_spec (left - 1) 0).
      * rewrite count_down_all by auto. split; intros _.
        -- left. pose proof (count_pos (filter full l1)). lia.
        -- right. apply in_or_app. simpl. auto.
      * assert (Dl : NoDup ([] ++ l1 ++ b :: l2)) by (apply NoDup_app in Dm; tauto).
        rewrite (IH (left - 1) [] Dl ltac:(lia) l1 b l2 eq_refl).
        split; [intros [H1|[H1|H1]] | intros [H1|H1]]; auto; try contradiction.
        -- left. lia.
        -- right. left. lia.
Qed.

Lemma drop_partial_split l newer b older : l = newer ++ b :: older ->
  (exists newer', drop_while partial l = newer' ++ b :: older
     /\ count (filter full newer') = count (filter full newer)
     /\ (0 < count (filter full newer) \/ partial b = false))
  \/ (partial b = true /\ count (filter full newer) = 0
      /\ (incl (drop_while partial l) older)).
Proof.
  revert newer. induction l as [|x l IH]; intros newer E; [destruct newer; discriminate|].
  destruct newer as [|y newer]; inversion E; subst.
  - simpl. destruct (partial b) eqn:P.
    + right. repeat split; auto. clear. induction older as [|y l IH]; simpl; [apply incl_refl|].
      destruct (partial y); [apply incl_tl; auto | apply incl_refl].
    + left. exists []. auto.
  - cbn [drop_while]. destruct (partial y) eqn:P.
    + rewrite count_full_cons, P, Z.add_0_r. apply IH. reflexivity.
    + left. exists (y :: newer). repeat split; auto. left. rewrite count_full_cons, P.
      pose proof (count_pos (filter full newer)). lia.
Qed.

Lemma count_full_exists l : (exists f, In f l /\ full f = true) <-> 0 < count (filter full l).
Proof.
  split.
  - intros (f & I & F). assert (G : In f (filter full l)) by now apply filter_In.
    destruct (filter full l) as [|x m]; [contradiction|]. rewrite count_cons.
    pose proof (count_pos m). lia.
  - destruct (filter full l) as [|x m] eqn:E; [discriminate|].
    intros _. exists x. apply filter_In. rewrite E. now left.
Qed.

Lemma drop_incl {A} (f : A -> bool) l : incl (drop_while f l) l.
Proof. intros x I. rewrite <- (take_drop f l). apply in_or_app. auto. Qed.

Theorem keep_versions_rule_ok : keep_versions_rule.
Proof.
  intros number left newer b older D E. cbn zeta. unfold keep_versions_deletes.
  assert (Dl : NoDup left) by now apply distinct_NoDup.
  destruct ((0 <? number) && (number <? count left)) eqn:N.
  2: { apply andb_false_iff in N. rewrite !Z.ltb_ge in N. split; [contradiction|]. intros [H _].
       lia. }
  apply andb_prop in N as [N1 N2]. apply Z.ltb_lt in N1. apply Z.ltb_lt in N2.
  assert (Cl : count (filter full left) = count (filter full newer) + (if partial b then 0 else 1)
                                        + count (filter full older)).
  { rewrite E, filter_app, count_app, count_full_cons. lia. }
  pose proof (count_pos (filter full newer)). pose proof (count_pos (filter full older)).
  destruct (drop_partial_split left newer b older E) as [(newer' & E' & Ec & Hb)|(Pb & C0 & I)].
  - rewrite E'. rewrite (count_down_exact (newer' ++ b :: older) number []) with (l1 := newer') (l2 := older);
      [| |lia|reflexivity].
    + rewrite Ec, count_full_exists, Cl.
      split; [intros H'; split; [lia|] | intros [_ H']];
        (destruct H' as [H'|[P H']]; [left; lia | right]); rewrite P in *; split; auto; try lia.
    + simpl. rewrite <- E'. rewrite <- (take_drop partial left) in Dl. now apply NoDup_app in Dl.
  - rewrite C0. split; [|lia]. intros H'. exfalso.
    apply count_down_incl in H'. simpl in H'. apply I in H'. subst left.
    apply NoDup_remove_2 in Dl. apply Dl, in_or_app. auto.
Qed.

Lemma keep_versions_incl number l : incl (keep_versions_deletes number l) l.
Proof.
  unfold keep_versions_deletes. destruct (_ && _); [|intros x []].
  intros x I. apply count_down_incl in I. now apply drop_incl in I.
Qed.

(** * The option [version] *)

Lemma named_incl named l : forall number, incl (named_versions named number l) l.
Proof.
  induction l as [|b l IH]; simpl; intros number x; auto.
  destruct (named number); simpl; [intros [->|I]|intros I]; auto; right; eapply IH; eauto.
Qed.

Lemma named_exact named l : NoDup l -> forall number newer b older, l = newer ++ b :: older ->
  (In b (named_versions named number l) <-> named (number + count newer) = true).
Proof.
  induction l as [|x l IH]; intros D number newer b older E; [destruct newer; discriminate|].
  inversion D; subst. destruct newer as [|y newer]; inversion E; subst; cbn [named_versions].
  - rewrite count_nil, Z.add_0_r. destruct (named number) eqn:N; simpl; [tauto|].
    split; [|discriminate]. intros I. now apply named_incl in I.
  - rewrite count_cons. replace (number + (count newer + 1)) with ((number + 1) + count newer) by lia.
    rewrite <- (IH H2 (number + 1) newer b older eq_refl).
    destruct (named number); simpl; [|tauto]. split; auto. intros [->|I]; auto.
    exfalso. apply H1, in_or_app. simpl. auto.
Qed.

Theorem named_versions_rule_ok : named_versions_rule.
Proof.
  intros named versions newer b older D E.
  rewrite (named_exact named versions (distinct_NoDup _ D) 0 newer b older E). reflexivity.
Qed.

(** * The plan *)

Lemma by_true_perm l : Permutation (by_true_time l) l.
Proof. apply sort_perm. Qed.

Lemma by_true_distinct l : distinct l -> distinct (by_true_time l).
Proof. intros D. eapply distinct_perm; [|exact D]. apply Permutation_sym, by_true_perm. Qed.

Lemma by_local_distinct l : distinct l -> distinct (by_local_time l).
Proof. intros D. eapply distinct_perm; [|exact D]. apply Permutation_sym, by_local_perm. Qed.

Lemma by_local_in l b : In b (by_local_time l) <-> In b l.
Proof.
  split; apply Permutation_in; [|apply Permutation_sym]; apply by_local_perm.
Qed.

Lemma others_incl o now versions : distinct versions ->
  incl (named_versions (named o) 0 versions
        ++ keep_time_deletes (keep_time_bound o) (by_local_time versions)
        ++ policy_deletes (local_now now) (pairs o) (allow_full_removal o) versions) versions.
Proof.
  intros D x I. rewrite !in_app_iff in I. destruct I as [I|[I|I]].
  - now apply named_incl in I.
  - unfold keep_time_deletes in I. destruct (keep_time_bound o); [|contradiction].
    apply keep_time_incl in I. now apply by_local_in.
  - now apply policy_decides_once_ok in I.
Qed.

Lemma without_incl l m : incl (without l m) l.
Proof. intros x I. now apply filter_In in I. Qed.

Lemma chosen_incl o now versions : distinct versions -> incl (chosen o now versions) versions.
Proof.
  intros D x I. unfold chosen in I. apply in_app_or in I as [I|I].
  - now apply others_incl in I.
  - apply keep_versions_incl, without_incl in I. now apply by_local_in.
Qed.

Theorem chosen_by_some_option_ok : chosen_by_some_option.
Proof.
  intros o now versions b D. cbn zeta. unfold chosen. rewrite in_app_iff, !in_app_iff.
  split; intros [H|H]; auto; right.
  - eexists. split; [reflexivity|]. split; auto.
    intros x. rewrite without_in.
    + now rewrite by_local_in, !in_app_iff.
    + now apply by_local_distinct.
    + intros y I. apply by_local_in. eapply others_incl; eauto.
  - destruct H as (left & -> & _ & H). exact H.
Qed.

Lemma tl_in (l : list backup) x : NoDup l -> (In x (tl l) <-> In x l /\ hd_error l <> Some x).
Proof.
  destruct l as [|y l]; simpl; intros D; [tauto|]. inversion D; subst.
  split; [|intros [[->|I] N]; auto; congruence].
  intros I. split; auto. intros H. inversion H; subst. contradiction.
Qed.

Lemma filter_all {A} (f : A -> bool) l : (forall x, In x l -> f x = true) -> filter f l = l.
Proof. induction l as [|x l IH]; simpl; intros H; auto. rewrite H, IH; auto. Qed.

Lemma filter_count_all {A} (f : A -> bool) l : length (filter f l) = length l -> filter f l = l.
Proof.
  assert (G : forall l : list A, (length (filter f l) <= length l)%nat)
    by (induction l0 as [|x m IH]; simpl; [lia|]; destruct (f x); simpl; lia).
  induction l as [|x l IH]; simpl; auto. destruct (f x); simpl; intros E.
  - f_equal. apply IH. lia.
  - specialize (G l). lia.
Qed.

(** A test that does not hold of all fails on one. *)
Lemma forallb_false {A} (f : A -> bool) l : forallb f l = false -> exists x, In x l /\ f x = false.
Proof.
  induction l as [|x l IH]; simpl; [discriminate|]. destruct (f x) eqn:E; eauto.
  intros H. destruct (IH H) as (y & I & N). eauto.
Qed.

Lemma retain_last_in o now versions b : distinct versions ->
  let deleted := filter (fun b => member b (chosen o now versions)) versions in
  (In b (retain_last (allow_full_removal o) versions deleted)
   <-> In b (chosen o now versions)
       /\ ~ (all_chosen o now versions /\ hd_error versions = Some b)).
Proof.
  intros D. cbn zeta. set (all := chosen o now versions).
  assert (Inc : incl all versions) by now apply chosen_incl.
  assert (M : forall x, In x versions -> (member x all = true <-> In x all))
    by (intros; apply (member_in versions); auto).
  assert (F : forall x, In x (filter (fun b => member b all) versions) <-> In x all).
  { intros x. rewrite filter_In. split; [intros [I H]; now apply M|].
    intros I. split; auto. apply M; auto. }
  unfold retain_last, all_chosen. fold all. destruct (allow_full_removal o) eqn:A; simpl.
  { rewrite andb_false_r, F. intuition discriminate. }
  rewrite andb_true_r. destruct (Z.eqb_spec (count (filter (fun b => member b all) versions)) (count versions)) as [Ec|Nc].
  - assert (Ev : filter (fun b => member b all) versions = versions).
    { apply filter_count_all. unfold count in Ec. lia. }
    assert (All : forall x, In x versions -> In x all).
    { intros x I. rewrite <- Ev in I. now apply F. }
    rewrite Ev, tl_in by now apply distinct_NoDup.
    split; intros [I H]; split; auto.
    intros [_ E]. contradiction.
  - rewrite F. split; [|tauto]. intros I. split; auto. intros [[_ All] _]. apply Nc.
    f_equal. apply filter_all. intros x Ix. apply M; auto.
Qed.

Lemma plan_some o now given deleted : plan o now given = Some deleted ->
  deleted = filter (fun b => negb (locked now (by_true_time given) b))
              (retain_last (allow_full_removal o) (by_true_time given)
                (filter (fun b => member b (chosen o now (by_true_time given)))
                   (by_true_time given))).
Proof. unfold plan. destruct (fails _ _ _); congruence. Qed.

Theorem union_ok : union.
Proof.
  intros o now given deleted D E. cbn zeta. intros b.
  rewrite (plan_some _ _ _ _ E), filter_In, retain_last_in by now apply by_true_distinct.
  rewrite negb_true_iff. tauto.
Qed.

Lemma plan_incl o now given deleted : distinct given -> plan o now given = Some deleted ->
  incl deleted given.
Proof.
  intros D E x I. apply (union_ok o now given deleted D E) in I as [I _].
  apply chosen_incl in I; [|now apply by_true_distinct].
  eapply Permutation_in; [apply by_true_perm | exact I].
Qed.

Lemma tl_NoDup {A} (l : list A) : NoDup l -> NoDup (tl l).
Proof. destruct l; simpl; auto. intros D. now inversion D. Qed.

Lemma partition_perm (f : backup -> bool) l :
  Permutation l (filter f l ++ filter (fun b => negb (f b)) l).
Proof.
  induction l as [|x l IH]; simpl; auto. destruct (f x); simpl.
  - now constructor.
  - now apply Permutation_cons_app.
Qed.

Theorem plan_decides_once_ok : plan_decides_once.
Proof.
  intros o now given deleted D E.
  assert (N : NoDup deleted).
  { rewrite (plan_some _ _ _ _ E). apply NoDup_filter. unfold retain_last.
    assert (G : NoDup (filter (fun b => member b (chosen o now (by_true_time given)))
                         (by_true_time given)))
      by (apply NoDup_filter, distinct_NoDup, by_true_distinct; auto).
    destruct (_ && _); auto using tl_NoDup. }
  split; auto.
  assert (I := plan_incl _ _ _ _ D E).
  rewrite (partition_perm (fun b => member b deleted) given) at 1.
  apply Permutation_app; [|reflexivity].
  apply NoDup_Permutation; auto using NoDup_filter, distinct_NoDup.
  intros x. rewrite filter_In. split.
  - intros [Ig M]. now apply (member_in given).
  - intros Id. split; auto. apply (member_in given); auto.
Qed.

Theorem fails_before_year_one_ok : fails_before_year_one.
Proof.
  intros o now given. unfold plan.
  assert (F : fails o now (by_true_time given) = true
              <-> given <> [] /\ exists p span, In p (pairs o) /\ frame p = Some span /\ local_now now < span).
  { unfold fails. rewrite andb_true_iff, existsb_exists, Z.ltb_lt.
    replace (count (by_true_time given)) with (count given)
      by (unfold count; f_equal; apply Permutation_length, Permutation_sym, by_true_perm).
    assert (C : 0 < count given <-> given <> []).
    { destruct given as [|x l]; [split; [discriminate | congruence]|].
      rewrite count_cons. pose proof (count_pos l). split; [discriminate | lia]. }
    rewrite C. split; intros [H1 H2]; split; auto.
    - destruct H2 as (p & I & L). destruct (frame p) as [span|] eqn:E; [|discriminate].
      apply Z.ltb_lt in L. eauto.
    - destruct H2 as (p & span & I & E & L). exists p. rewrite E. split; auto. now apply Z.ltb_lt. }
  rewrite <- F. destruct (fails o now (by_true_time given)); split; intros; congruence.
Qed.

Lemma hd_in {A} (l : list A) x : hd_error l = Some x -> In x l.
Proof. destruct l; simpl; intros H; inversion H; auto. Qed.

Theorem last_version_stays_ok : last_version_stays.
Proof.
  intros o now given deleted b D E A H I.
  apply (union_ok o now given deleted D E) in I. tauto.
Qed.

Theorem never_all_deleted_ok : never_all_deleted.
Proof.
  intros o now given deleted Ne A D E.
  assert (P := by_true_perm given).
  assert (Dv := by_true_distinct given D).
  destruct (by_true_time given) as [|first rest] eqn:Ev.
  { apply Permutation_nil in P. contradiction. }
  assert (M : forall x, In x (by_true_time given) ->
            (member x (chosen o now (by_true_time given)) = true
             <-> In x (chosen o now (by_true_time given)))).
  { intros x I. apply (member_in (by_true_time given)); auto; rewrite Ev in *; auto.
    now apply chosen_incl. }
  destruct (forallb (fun b => member b (chosen o now (by_true_time given))) (by_true_time given)) eqn:F.
  - exists first. split; [apply (Permutation_in _ P); now left|].
    apply (last_version_stays_ok o now given deleted first D E).
    + split; auto. intros b I. apply M; auto. rewrite forallb_forall in F. auto.
    + now rewrite Ev.
  - destruct (forallb_false _ _ F) as (b & I & N).
    exists b. split.
    + rewrite Ev in I. now apply (Permutation_in _ P).
    + intros Id. apply (union_ok o now given deleted D E) in Id as [Id _].
      apply M in Id; auto. congruence.
Qed.

Lemma find_first (before after : list backup) v t :
  (forall other, In other before -> utc other <> t) -> utc v = t ->
  find (fun version => utc version =? t) (before ++ v :: after) = Some v.
Proof.
  intros N E. induction before as [|x l IH]; simpl.
  - apply Z.eqb_eq in E. now rewrite E.
  - destruct (Z.eqb_spec (utc x) t); [exfalso; apply (N x); simpl; auto|].
    apply IH. intros other I. apply N. now right.
Qed.

Theorem locked_stay_ok : locked_stay.
Proof.
  intros o now given deleted before v after b until E Ev N L U Eb I.
  rewrite (plan_some _ _ _ _ E), filter_In in I. destruct I as [_ I].
  unfold locked, lock in I. rewrite Ev, Eb, (find_first before after v (utc v) N eq_refl), L in I.
  apply Z.ltb_lt in U. rewrite U in I. discriminate.
Qed.

Theorem order_of_input_ok : order_of_input.
Proof.
  intros o now given given' P D.
  assert (E : by_true_time given = by_true_time given').
  { apply sort_unique.
    - intros a b. rewrite !Z.leb_le. lia.
    - intros a b c. rewrite !Z.leb_le. lia.
    - exact P.
    - intros a b Ia Ib. rewrite !Z.leb_le. intros L1 L2. assert (U : utc a = utc b) by lia.
      clear - D Ia Ib U. induction given as [|x l IH]; simpl in *; [contradiction|].
      inversion D; subst. destruct Ia as [->|Ia], Ib as [->|Ib]; auto.
      + exfalso. apply H1. rewrite U. now apply in_map.
      + exfalso. apply H1. rewrite <- U. now apply in_map. }
  unfold plan. now rewrite E.
Qed.

Theorem true_newest_by_plan_ok : true_newest_by_plan.
Proof.
  intros o now given deleted first D E. cbn zeta. intros H.
  rewrite (union_ok o now given deleted D E).
  assert (Dv := by_true_distinct given D).
  set (versions := by_true_time given) in *.
  assert (X : ~ (all_chosen o now versions /\ hd_error versions = Some first)
              <-> (allow_full_removal o = true
                   \/ exists b, In b versions /\ ~ In b (chosen o now versions))).
  { unfold all_chosen. destruct (allow_full_removal o).
    { split; auto. intros _ [[N _] _]. discriminate. }
    split.
    - intros N. right.
      assert (M : forall x, In x versions ->
                (member x (chosen o now versions) = true <-> In x (chosen o now versions)))
        by (intros; apply (member_in versions); auto using chosen_incl).
      destruct (forallb (fun b => member b (chosen o now versions)) versions) eqn:F.
      + exfalso. apply N. split; auto. split; auto. intros b I. apply M; auto.
        rewrite forallb_forall in F. auto.
      + destruct (forallb_false _ _ F) as (b & I & G).
        exists b. split; auto. rewrite <- M by auto. congruence.
    - intros [N|(b & I & N)]; [discriminate|]. intros [[_ All] _]. auto. }
  rewrite X. tauto.
Qed.

Theorem true_newest_by_policy_ok : true_newest_by_policy.
Proof.
  intros now ps allow first rest n others C. cbn zeta.
  destruct (case_facts _ _ _ _ C) as (Dn & S & P & Dd).
  assert (Df : distinct (first :: rest)) by (destruct C; auto).
  assert (Nf : ~ In first rest) by (apply distinct_NoDup in Df; now inversion Df).
  unfold ordered in S. inversion S; subst. rewrite Forall_forall in H2.
  inversion Dn; subst.
  assert (If : In first (n :: others)) by (apply (Permutation_in _ P); now left).
  (* the first is the newest exactly if no other one is newer: equal times stay in order *)
  assert (Eq : n = first <-> forall b, In b rest -> local b <= local first).
  { destruct C as (_ & _ & E). unfold by_local_time in E. simpl in E.
    fold (by_local_time rest) in E. pose proof (by_local_ordered rest) as Sr.
    destruct (by_local_time rest) as [|m l] eqn:Er; simpl in E.
    - inversion E; subst. split; auto. intros _ b I. apply by_local_in in I. rewrite Er in I.
      contradiction.
    - destruct (Z.leb_spec (local m) (local first)); inversion E; subst.
      + split; auto. intros _ b I. apply by_local_in in I. rewrite Er in I.
        destruct I as [<-|I]; auto. unfold ordered in Sr. inversion Sr as [|? ? _ Fm]; subst.
        rewrite Forall_forall in Fm. specialize (Fm b I). apply Z.leb_le in Fm. lia.
      + split.
        * intros ->. lia.
        * intros H'. assert (local n <= local first); [|lia].
          apply H'. apply by_local_in. rewrite Er. now left. }
  destruct If as [E|Io].
  - subst n. rewrite (newest_rule_ok _ _ _ _ _ _ C).
    assert (Old : forall b, In b rest -> local b <= local first) by now apply Eq.
    split; [tauto|]. intros [H|((b & I & L) & _)]; [tauto|]. specialize (Old b I). lia.
  - assert (Nn : n <> first) by (intros ->; contradiction).
    rewrite (loop_is_local_rule_ok now ps allow (first :: rest) n others C first Io).
    split.
    + intros R. right. split; auto. exists n.
      assert (In n (first :: rest)) as [->|I]
          by (apply (Permutation_in _ (Permutation_sym P)); now left); [contradiction|].
      split; auto. pose proof (H2 first Io) as L. apply Z.leb_le in L.
      destruct (Z.eq_dec (local first) (local n)); [|lia].
      exfalso. apply Nn. apply Eq. intros b Ib.
      assert (In b (n :: others)) as [<-|Ibo] by (apply (Permutation_in _ P); now right); [lia|].
      specialize (H2 b Ibo). apply Z.leb_le in H2. lia.
    + intros [[H _]|[_ R]]; auto. exfalso. apply Nn. now apply Eq.
Qed.
