(** The retention policy, asked about two cases. *)

From Coq Require Import ZArith List Bool Lia Permutation Sorted.
From Retention Require Import Model Lists Statements Policy.
Import ListNotations.
Open Scope Z_scope.

Lemma by_local_without versions deleted :
  by_local_time (without versions deleted) = without (by_local_time versions) deleted.
Proof. apply sort_filter; [apply newer_total | apply newer_trans]. Qed.

(** A loop that has nothing to delete. *)
Lemma nothing_deleted (deleted : list backup) : (forall b, ~ In b deleted) -> deleted = [].
Proof. destruct deleted as [|b l]; auto. intros H. exfalso. apply (H b). now left. Qed.

Lemma out_of_all_frames now pairs b : frame_of now pairs b = None <-> lies_in_no_frame now pairs b.
Proof.
  pose proof (frame_is_shortest_ok now pairs b) as F.
  destruct (frame_of now pairs b) as [p|]; split; auto; [discriminate|].
  intros H. destruct F as (I & R & _). rewrite H in R; auto. discriminate.
Qed.

(** Two backups without another one are behind each other also with it. *)
Lemma behind_filter f (l : list backup) a b : behind (filter f l) a b -> behind l a b.
Proof.
  intros (l1 & l2 & E & I). revert l1 E. induction l as [|x l IH]; simpl; intros l1 E.
  { destruct l1; discriminate. }
  destruct (f x) eqn:F.
  - destruct l1 as [|y l1]; inversion E; subst.
    + exists [], l. split; auto. now apply filter_In in I.
    + destruct (IH l1 H1) as (m1 & m2 & -> & I2). exists (y :: m1), m2. auto.
  - destruct (IH l1 E) as (m1 & m2 & -> & I2). exists (x :: m1), m2. auto.
Qed.

Theorem replanning_deletes_nothing_ok : replanning_deletes_nothing.
Proof.
  intros now ps allow versions D.
  set (deleted := policy_deletes now ps allow versions).
  destruct (policy_decides_once_ok now ps allow versions D) as [_ Inc].
  fold deleted in Inc.
  destruct ps as [|p0 ps']; [reflexivity|]. set (ps := p0 :: ps') in *.
  destruct (by_local_time versions) as [|n others] eqn:E.
  { unfold policy_deletes. rewrite by_local_without, E. reflexivity. }
  assert (C : case ps versions n others) by (repeat split; auto; discriminate).
  destruct (case_facts _ _ _ _ C) as (Dn & S & P & Dd).
  assert (S' := S). unfold ordered in S'. inversion S' as [|? ? S2 F2]; subst.
  inversion Dn as [|? ? Nn Do]; subst.
  assert (Mem : forall b, In b (n :: others) -> (member b deleted = true <-> In b deleted)).
  { intros b I. apply (member_in versions); auto.
    apply (Permutation_in _ (Permutation_sym P) I). }
  unfold policy_deletes. rewrite by_local_without, E.
  unfold without. simpl filter. destruct (member n deleted) eqn:M; simpl negb; cbv iota.
  - (* the newest is deleted, so all are *)
    apply Mem in M; [|now left].
    apply (newest_rule_ok now ps allow versions n others C) in M as [_ M].
    replace (filter (fun b => negb (member b deleted)) others) with (@nil backup);
      [reflexivity|].
    symmetry. apply nothing_deleted. intros b I. apply filter_In in I as [I H].
    apply negb_true_iff in H.
    assert (In b deleted); [|apply Mem in H0; [congruence | now right]].
    apply (loop_is_local_rule_ok now ps allow versions n others C b I). left.
    apply out_of_all_frames. intros p Ip. specialize (M p Ip).
    destruct (reaches now p b) eqn:R; auto. rewrite <- M. symmetry.
    apply (reaches_newer now p n b); auto. rewrite Forall_forall in F2. now apply F2.
  - set (left := filter (fun b => negb (member b deleted)) others).
    change (match ps with [] => [] | _ :: _ =>
              loop now (shortest_first ps) left
              ++ (if allow && forallb (fun p => negb (reaches now p n)) ps then [n] else [])
            end = []).
    assert (N : ~ In n deleted) by (rewrite <- Mem by (now left); congruence).
    replace (allow && forallb (fun p => negb (reaches now p n)) ps) with false.
    2: { symmetry. apply not_true_iff_false. intros H. apply andb_prop in H as [-> H]. apply N.
         apply (newest_rule_ok now ps true versions n others C). split; auto.
         intros p Ip. rewrite forallb_forall in H. apply negb_true_iff. auto. }
    assert (L : forall b, In b left <-> In b others /\ ~ In b deleted).
    { intros b. unfold left. rewrite filter_In, negb_true_iff.
      split; intros [I H]; split; auto.
      - rewrite <- Mem by (now right). congruence.
      - apply not_true_iff_false. intros T. apply H. apply Mem; auto. now right. }
    unfold ps at 1. rewrite app_nil_r. apply nothing_deleted. intros b I.
    assert (Ib := loop_incl _ _ _ _ I).
    apply loop_rule in I; auto; [|unfold left; apply ordered_filter; auto | now apply NoDup_filter].
    apply L in Ib as [Ib Nb].
    apply Nb, (loop_is_local_rule_ok now ps allow versions n others C b Ib).
    destruct I as [I|(p & a & A1 & A2 & A3 & A4 & A5 & A6 & A7)]; [now left|right].
    exists p, a. destruct (behind_in _ _ _ A5) as [Ia _]. apply L in Ia as [Ia Na].
    repeat split; auto. now apply behind_filter in A5.
Qed.

Lemma NoDup_frames ps p q :
  NoDup (map frame ps) -> In p ps -> In q ps -> frame p = frame q -> p = q.
Proof.
  induction ps as [|x ps IH]; simpl; intros D Ip Iq E; [contradiction|].
  inversion D; subst. destruct Ip as [->|Ip], Iq as [->|Iq]; auto.
  - exfalso. apply H1. rewrite E. now apply in_map.
  - exfalso. apply H1. rewrite <- E. now apply in_map.
Qed.

Theorem order_of_pairs_ok : order_of_pairs.
Proof.
  intros now ps ps' allow versions P D. unfold policy_deletes.
  assert (E : shortest_first ps = shortest_first ps').
  { apply sort_unique; [apply shorter_total | apply shorter_trans | exact P |].
    intros p q Ip Iq L1 L2. apply (NoDup_frames ps); auto. now apply not_longer_antisym. }
  assert (A : forall f, forallb f ps = forallb f ps').
  { intros f. apply eq_true_iff_eq. rewrite !forallb_forall.
    split; intros H p I; apply H; (eapply Permutation_in; [|exact I]); auto using Permutation_sym. }
  destruct ps as [|p ps], ps' as [|p' ps']; auto.
  - now apply Permutation_nil in P.
  - now apply Permutation_sym, Permutation_nil in P.
  - destruct (by_local_time versions); auto. now rewrite E, A.
Qed.

Lemma reaches_frame now p q b : frame p = frame q -> reaches now p b = reaches now q b.
Proof. unfold reaches. now intros ->. Qed.

Lemma shorter_sort ps : sort shorter_first ps = shortest_first ps.
Proof. reflexivity. Qed.

Lemma loop_without now p q v : frame p = frame q -> forall u l, ordered newer_first l ->
  In p u -> loop now (u ++ q :: v) l = loop now (u ++ v) l.
Proof.
  intros E.
  assert (G : forall u l, ordered newer_first l -> (forall x, In x l -> reaches now q x = false) ->
            loop now (u ++ q :: v) l = loop now (u ++ v) l).
  { induction u as [|x u IH]; simpl; intros l S N.
    - rewrite take_none, drop_none by auto. reflexivity.
    - f_equal. apply IH.
      + rewrite <- (take_drop (reaches now x) l) in S. now apply ordered_app in S.
      + intros y I. apply N. rewrite <- (take_drop (reaches now x) l). apply in_or_app. auto. }
  induction u as [|x u IH]; simpl; intros l S I; [contradiction|]. f_equal.
  assert (S' : ordered newer_first (drop_while (reaches now x) l))
    by (rewrite <- (take_drop (reaches now x) l) in S; now apply ordered_app in S).
  destruct I as [->|I]; auto. apply G; auto. intros y Iy.
  rewrite <- (reaches_frame now p q y E).
  apply (drop_in newer_first (reaches now p) l y); [apply reaches_newer | exact S | exact Iy].
Qed.

Theorem equal_frame_ok : equal_frame.
Proof.
  intros now before p between q after allow versions E. unfold policy_deletes.
  assert (L : not_longer (frame p) (frame q) = true) by (rewrite E; apply not_longer_refl).
  destruct (sort_one_more _ shorter_total shorter_trans before p between q after L)
    as (u & v & E1 & E2 & I).
  rewrite shorter_sort in E1, E2.
  assert (A : forall n, forallb (fun p => negb (reaches now p n)) (before ++ p :: between ++ q :: after)
            = forallb (fun p => negb (reaches now p n)) (before ++ p :: between ++ after)).
  { intros n. rewrite !forallb_app. simpl. rewrite !forallb_app. simpl.
    rewrite (reaches_frame now p q n E).
    destruct (reaches now q n); simpl; now rewrite ?andb_false_r. }
  assert (S := by_local_ordered versions).
  destruct (by_local_time versions) as [|n others]; [now destruct before|].
  unfold ordered in S. inversion S; subst.
  rewrite E1, E2, A, (loop_without now p q v E u others H1 I).
  now destruct before.
Qed.

(** The frame of a backup does not change by a pair that does nothing. *)
Lemma frame_of_without now before p between q after b : frame p = frame q ->
  frame_of now (before ++ p :: between ++ q :: after) b
  = frame_of now (before ++ p :: between ++ after) b.
Proof.
  intros E. assert (L : not_longer (frame p) (frame q) = true) by (rewrite E; apply not_longer_refl).
  destruct (sort_one_more _ shorter_total shorter_trans before p between q after L)
    as (u & v & E1 & E2 & I).
  rewrite shorter_sort in E1, E2. unfold frame_of. rewrite E1, E2. clear E1 E2.
  induction u as [|x u IH]; [contradiction|]. simpl.
  destruct (reaches now x b) eqn:R; auto. destruct I as [->|I]; auto.
  clear IH. induction u as [|y u IH]; simpl.
  - rewrite <- (reaches_frame now p q b E). now rewrite R.
  - now rewrite IH.
Qed.

Lemma sort_last (l : list backup) b : (forall x, In x l -> local b <= local x) ->
  by_local_time (l ++ [b]) = by_local_time l ++ [b].
Proof.
  unfold by_local_time. induction l as [|x l IH]; simpl; intros H; auto.
  rewrite IH by auto. assert (L : local b <= local x) by auto. clear IH.
  induction (sort _ l) as [|y m IHm]; simpl.
  - apply Z.leb_le in L. now rewrite L.
  - destruct (local y <=? local x); auto. now rewrite IHm.
Qed.

Lemma loop_last now ps b : (forall p, In p ps -> reaches now p b = false) -> forall l,
  loop now ps (l ++ [b]) = loop now ps l ++ [b].
Proof.
  induction ps as [|p ps IH]; simpl; intros H l; auto.
  rewrite take_app_false, drop_app_false by auto.
  rewrite IH by auto. now rewrite app_assoc.
Qed.

Theorem older_backup_ok : older_backup.
Proof.
  intros now ps allow versions n others b C N Old x.
  destruct C as (D & NE & E). unfold policy_deletes.
  rewrite sort_last, E by auto. destruct ps as [|p ps]; [congruence|].
  simpl app at 1. cbv iota. rewrite loop_last.
  - rewrite !in_app_iff. simpl. intuition congruence.
  - intros q I. apply N. eapply Permutation_in; [apply sort_perm|exact I].
Qed.

Lemma thin_later by_ i l : forall last,
  thin i (option_map (fun t => t + by_) last) (map (later by_) l)
  = map (later by_) (thin i last l).
Proof.
  induction l as [|b l IH]; simpl; intros last; auto.
  assert (F : far_enough i (option_map (fun t => t + by_) last) (later by_ b)
              = far_enough i last b).
  { destruct last as [t|]; simpl; auto. do 2 f_equal. lia. }
  rewrite F. destruct (partial b); auto.
  destruct (far_enough i last b); simpl; [|now rewrite IH].
  apply (IH (Some (local b))).
Qed.

Lemma reaches_later by_ now p b : reaches (now + by_) p (later by_ b) = reaches now p b.
Proof.
  unfold reaches. destruct (frame p) as [f|]; auto. simpl.
  apply eq_true_iff_eq. rewrite !Z.leb_le. lia.
Qed.

Lemma while_map {A B} (f : A -> B) (s : A -> bool) (t : B -> bool) l :
  (forall x, t (f x) = s x) ->
  take_while t (map f l) = map f (take_while s l) /\ drop_while t (map f l) = map f (drop_while s l).
Proof.
  intros E. induction l as [|x l [IH1 IH2]]; simpl; auto. rewrite E, IH1, IH2. now destruct (s x).
Qed.

Lemma loop_later by_ now ps : forall l,
  loop (now + by_) ps (map (later by_) l) = map (later by_) (loop now ps l).
Proof.
  induction ps as [|p ps IH]; simpl; intros l; auto.
  destruct (while_map (later by_) (reaches now p) (reaches (now + by_) p) l) as [-> ->];
    [apply reaches_later|].
  rewrite IH, <- map_rev, map_app. f_equal.
  exact (thin_later by_ (interval p) _ None).
Qed.

Theorem shift_ok : shift.
Proof.
  intros by_ now ps allow versions. unfold policy_deletes.
  assert (E : by_local_time (map (later by_) versions) = map (later by_) (by_local_time versions)).
  { apply sort_map. intros a b. simpl. apply eq_true_iff_eq. rewrite !Z.leb_le. lia. }
  rewrite E. destruct ps as [|p ps]; auto. destruct (by_local_time versions) as [|n others]; auto.
  cbn [map]. rewrite loop_later, map_app. f_equal.
  assert (F : forall l, forallb (fun p => negb (reaches (now + by_) p (later by_ n))) l
            = forallb (fun p => negb (reaches now p n)) l).
  { induction l as [|q l IH]; simpl; auto. now rewrite reaches_later, IH. }
  rewrite F. now destruct (allow && _).
Qed.

Theorem full_removal_ok : full_removal.
Proof.
  intros now ps versions n others C b N.
  rewrite !(policy_eq _ _ _ _ _ _ C), !in_app_iff. simpl.
  destruct (forallb _ ps); simpl; intuition congruence.
Qed.

(** * Only the first of equal frames counts *)

Lemma same_frame_eq p q : same_frame p q = true <-> frame p = frame q.
Proof.
  unfold same_frame. rewrite andb_true_iff. split.
  - intros [A B]. now apply not_longer_antisym.
  - intros ->. split; apply not_longer_refl.
Qed.

Lemma firsts_in p ps : In p (firsts ps) -> In p ps.
Proof.
  induction ps as [|q ps IH]; simpl; auto. intros [->|I]; auto. apply filter_In in I as [I _]. auto.
Qed.

Lemma firsts_NoDup ps : NoDup (map frame (firsts ps)).
Proof.
  induction ps as [|q ps IH]; simpl; constructor.
  - rewrite in_map_iff. intros (p & E & I). apply filter_In in I as [_ H].
    apply negb_true_iff in H. symmetry in E. apply same_frame_eq in E. congruence.
  - clear - IH. induction (firsts ps) as [|p l IHl]; simpl; auto. inversion IH; subst.
    destruct (negb (same_frame q p)); simpl; auto. constructor; auto.
    rewrite in_map_iff in *. intros (r & E & I). apply filter_In in I as [I _]. apply H1. eauto.
Qed.

Lemma firsts_frames p ps : In p ps -> exists q, In q (firsts ps) /\ frame q = frame p.
Proof.
  induction ps as [|x ps IH]; simpl; intros I; [contradiction|]. destruct I as [->|I]; eauto.
  destruct (IH I) as (q & Iq & E). destruct (same_frame x q) eqn:S.
  - exists x. apply same_frame_eq in S. split; auto. congruence.
  - exists q. split; auto. right. apply filter_In. rewrite S. auto.
Qed.

Lemma remove_equal {X} (f : list pair -> X) :
  (forall before p between q after, frame p = frame q ->
   f (before ++ p :: between ++ q :: after) = f (before ++ p :: between ++ after)) ->
  forall l before p between, f (before ++ p :: between ++ l)
    = f (before ++ p :: between ++ filter (fun q => negb (same_frame p q)) l).
Proof.
  intros E. induction l as [|q l IH]; simpl; intros before p between; auto.
  destruct (same_frame p q) eqn:S; simpl.
  - apply same_frame_eq in S. rewrite E by auto. apply IH.
  - specialize (IH before p (between ++ [q])). rewrite <- !app_assoc in IH. exact IH.
Qed.

Lemma only_firsts {X} (f : list pair -> X) :
  (forall before p between q after, frame p = frame q ->
   f (before ++ p :: between ++ q :: after) = f (before ++ p :: between ++ after)) ->
  forall ps before, f (before ++ ps) = f (before ++ firsts ps).
Proof.
  intros E. induction ps as [|p ps IH]; simpl; intros before; auto.
  transitivity (f (before ++ p :: firsts ps)).
  - specialize (IH (before ++ [p])). rewrite <- !app_assoc in IH. exact IH.
  - exact (remove_equal f E (firsts ps) before p []).
Qed.

Lemma policy_firsts now ps allow versions :
  policy_deletes now ps allow versions = policy_deletes now (firsts ps) allow versions.
Proof.
  apply (only_firsts (fun ps => policy_deletes now ps allow versions)) with (before := []).
  intros. now apply equal_frame_ok.
Qed.

Lemma frame_of_firsts now ps b : frame_of now ps b = frame_of now (firsts ps) b.
Proof.
  apply (only_firsts (fun ps => frame_of now ps b)) with (before := []).
  intros. now apply frame_of_without.
Qed.

Lemma frame_of_in_firsts now ps b p : frame_of now ps b = Some p -> In p (firsts ps).
Proof.
  rewrite frame_of_firsts. intros E.
  pose proof (frame_is_shortest_ok now (firsts ps) b) as F. rewrite E in F. tauto.
Qed.

(** Two frames of one length are the same frame. *)
Lemma frame_of_eq now now' ps a b p q :
  frame_of now ps a = Some p -> frame_of now' ps b = Some q -> frame p = frame q -> p = q.
Proof.
  intros A B. apply (NoDup_frames (firsts ps)); eauto using frame_of_in_firsts, firsts_NoDup.
Qed.

(** * The order of the answer *)

Lemma thin_filter i (del : backup -> bool) l : forall last, NoDup l ->
  (forall b, In b l -> (del b = true <-> In b (thin i last l))) -> thin i last l = filter del l.
Proof.
  induction l as [|x l IH]; intros last D H; auto. inversion D as [|? ? Nx D']; subst.
  assert (Kept : forall last', (forall b, In b (x :: l) -> (del b = true <-> In b (thin i last' l)))
            -> thin i last' l = filter del (x :: l)).
  { intros last' H'. simpl. destruct (del x) eqn:E.
    - exfalso. apply Nx. apply (thin_incl i last'). apply H'; auto. now left.
    - apply IH; auto. intros b I. apply H'. now right. }
  cbn [thin] in *. destruct (partial x); [now apply Kept|].
  destruct (far_enough i last x); [now apply Kept|].
  simpl. rewrite (proj2 (H x (or_introl eq_refl)) (or_introl eq_refl)). f_equal.
  apply IH; auto. intros b I. rewrite (H b (or_intror I)). simpl.
  split; auto. intros [->|J]; auto. contradiction.
Qed.

Lemma filter_rev {A} (f : A -> bool) l : filter f (rev l) = rev (filter f l).
Proof.
  induction l as [|x l IH]; simpl; auto. rewrite filter_app, IH. simpl.
  destruct (f x); simpl; auto. apply app_nil_r.
Qed.

Lemma filter_eq {A} (f g : A -> bool) l : (forall x, In x l -> f x = g x) -> filter f l = filter g l.
Proof.
  induction l as [|x l IH]; simpl; intros H; auto. rewrite (H x), IH; auto.
Qed.

Lemma filter_none {A} (f : A -> bool) l : (forall x, In x l -> f x = false) -> filter f l = [].
Proof. induction l as [|x l IH]; simpl; intros H; auto. rewrite (H x), IH; auto. Qed.

Lemma flat_map_eq {A B} (f g : A -> list B) l :
  (forall x, In x l -> f x = g x) -> flat_map f l = flat_map g l.
Proof. induction l as [|x l IH]; simpl; intros H; auto. rewrite (H x), IH; auto. Qed.

Lemma loop_order now ps : forall l del, NoDup (map frame ps) -> NoDup l -> ordered newer_first l ->
  (forall b, In b l -> (del b = true <-> In b (loop now ps l))) ->
  let find_frame b := find (fun p => reaches now p b) ps in
  let lies_in p b := match find_frame b with Some q => same_frame p q | None => false end in
  loop now ps l
  = flat_map (fun p => rev (filter (fun b => del b && lies_in p b) l)) ps
    ++ filter (fun b => match find_frame b with Some _ => false | None => true end) l.
Proof.
  induction ps as [|p ps IH]; intros l del Df D S H; cbn zeta.
  { simpl. symmetry. clear. induction l as [|x l IH]; simpl; congruence. }
  cbn [loop flat_map] in *. simpl in Df. inversion Df as [|? ? Np Df']; subst.
  pose proof (take_drop (reaches now p) l) as TD.
  assert (HT : forall x, In x (take_while (reaches now p) l) -> reaches now p x = true)
    by apply take_in.
  assert (HD : forall x, In x (drop_while (reaches now p) l) -> reaches now p x = false)
    by (intros x; apply (drop_in newer_first); [apply reaches_newer | exact S]).
  revert HT HD TD H. generalize (take_while (reaches now p) l) as t.
  generalize (drop_while (reaches now p) l) as d. intros d t HT HD <- H.
  destruct (ordered_app _ _ _ S) as (St & Sd & _).
  apply NoDup_app in D as (Dt & Dd & Ntd).
  assert (Ht : forall b, In b t -> (del b = true <-> In b (thin (interval p) None (rev t)))).
  { intros b I. rewrite H, in_app_iff by (apply in_or_app; auto). split; auto.
    intros [J|J]; auto. apply loop_incl in J. exfalso. eapply Ntd; eauto. }
  assert (Hd : forall b, In b d -> (del b = true <-> In b (loop now ps d))).
  { intros b I. rewrite H, in_app_iff by (apply in_or_app; auto). split; auto.
    intros [J|J]; auto. apply thin_incl, in_rev in J. exfalso. eapply Ntd; eauto. }
  assert (Other : forall q, In q ps -> same_frame q p = false).
  { intros q I. apply not_true_iff_false. intros E. apply same_frame_eq in E.
    apply Np. rewrite <- E. now apply in_map. }
  rewrite <- app_assoc. f_equal; [|].
  - rewrite (thin_filter _ del); auto using NoDup_rev; [|intros b I; apply Ht; now apply in_rev].
    rewrite filter_rev, filter_app. f_equal.
    rewrite (filter_none _ d), app_nil_r.
    + apply filter_eq. intros b I. simpl. rewrite (HT b I).
      rewrite (proj2 (same_frame_eq p p) eq_refl). now rewrite andb_true_r.
    + intros b I. simpl. rewrite (HD b I). destruct (find _ ps) as [q|] eqn:F;
        [|now rewrite andb_false_r].
      apply find_some in F as [Iq _]. specialize (Other q Iq).
      replace (same_frame p q) with (same_frame q p); [now rewrite Other, andb_false_r|].
      unfold same_frame. apply andb_comm.
  - rewrite (IH d del); auto. f_equal.
    + apply flat_map_eq. intros q Iq. f_equal. rewrite filter_app, (filter_none _ t).
      * simpl. apply filter_eq. intros b I. simpl. now rewrite (HD b I).
      * intros b I. simpl. rewrite (HT b I), (Other q Iq). apply andb_false_r.
    + rewrite filter_app, (filter_none _ t).
      * simpl. apply filter_eq. intros b I. simpl. now rewrite (HD b I).
      * intros b I. simpl. now rewrite (HT b I).
Qed.

Theorem order_ok : order.
Proof.
  intros now ps allow versions n others C. cbn zeta.
  destruct (case_facts _ _ _ _ C) as (Dn & S & P & Dd). inversion Dn; subst.
  unfold ordered in S. inversion S; subst.
  set (deleted := policy_deletes now ps allow versions).
  assert (M : forall b, In b (n :: others) -> (member b deleted = true <-> In b deleted)).
  { intros b I. apply (member_in versions).
    - now destruct C.
    - apply (Permutation_in _ (Permutation_sym P) I).
    - apply policy_decides_once_ok. now destruct C. }
  assert (E : deleted = loop now (shortest_first (firsts ps)) others
            ++ (if member n deleted then [n] else [])).
  { assert (C' : case (firsts ps) versions n others).
    { destruct C as (C1 & C2 & C3). repeat split; auto. destruct ps; [congruence | discriminate]. }
    assert (Nl : forall ps', ~ In n (loop now ps' others))
      by (intros ps' I; now apply loop_incl in I).
    unfold deleted at 1. rewrite policy_firsts, (policy_eq _ _ _ _ _ _ C'). f_equal.
    assert (Mn := M n (or_introl eq_refl)). unfold deleted at 2 in Mn.
    rewrite policy_firsts, (policy_eq _ _ _ _ _ _ C'), in_app_iff in Mn.
    specialize (Nl (shortest_first (firsts ps))).
    destruct (allow && _), (member n deleted); auto; simpl in Mn; exfalso.
    - assert (false = true) by (apply Mn; auto). discriminate.
    - destruct Mn as [Mn _]. destruct (Mn eq_refl) as [|[]]. auto. }
  rewrite E at 1. rewrite app_assoc. f_equal.
  assert (F : forall b, frame_of now ps b
                = find (fun p => reaches now p b) (shortest_first (firsts ps)))
    by (intros b; rewrite frame_of_firsts; reflexivity).
  rewrite (loop_order now (shortest_first (firsts ps)) others (fun b => member b deleted)); auto.
  - f_equal.
    + apply flat_map_eq. intros p Ip. f_equal. apply filter_eq. intros b Ib.
      unfold lies_in. now rewrite F.
    + apply filter_eq. intros b Ib. unfold lies_outside. now rewrite F.
  - eapply Permutation_NoDup; [|apply (firsts_NoDup ps)]. apply Permutation_map.
    apply Permutation_sym, sort_perm.
  - intros b Ib. rewrite M by (now right). rewrite E, in_app_iff. split; auto.
    intros [I|I]; auto. destruct (member n deleted); [|contradiction].
    destruct I as [->|[]]. contradiction.
Qed.

(** A frame that keeps all, split. *)
Theorem split_keep_all_ok : split_keep_all.
Proof.
  intros now ps allow versions p q b D Ip Zp Zq Lqp Above.
  assert (Ip' : In p ps) by now apply firsts_in.
  destruct (by_local_time versions) as [|n others] eqn:E.
  { unfold policy_deletes. rewrite E. destruct ps as [|x ps], (_ ++ [q]); tauto. }
  assert (C1 : case ps versions n others)
    by (repeat split; auto; intros ->; contradiction).
  assert (C2 : case (ps ++ [q]) versions n others)
    by (repeat split; auto; intros H; apply app_eq_nil in H; destruct H; discriminate).
  destruct (case_facts _ _ _ _ C1) as (Dn & S & P & _).
  assert (S' := S). unfold ordered in S'. inversion S' as [|? ? S2 F2]; subst.
  assert (Rq : forall x, reaches now q x = true -> reaches now p x = true).
  { intros x. unfold reaches. destruct (frame q) as [g|] eqn:Fq, (frame p) as [f|] eqn:Fp; auto.
    - simpl in Lqp. rewrite Z.leb_le in *. rewrite Z.leb_le. lia.
    - discriminate. }
  (* A frame keeps all in both or is the same in both. *)
  assert (K : forall x, (frame_of now (ps ++ [q]) x = None <-> frame_of now ps x = None)
      /\ (forall r, interval r <> 0 ->
          (frame_of now (ps ++ [q]) x = Some r <-> frame_of now ps x = Some r))).
  { intros x.
    assert (N : frame_of now (ps ++ [q]) x = None <-> frame_of now ps x = None).
    { rewrite !out_of_all_frames. unfold lies_in_no_frame. split; intros H r I.
      - apply H, in_or_app. auto.
      - apply in_app_or in I as [I|[<-|[]]]; auto. specialize (H p Ip').
        destruct (reaches now q x) eqn:R; auto. rewrite Rq in H; auto. }
    split; auto. intros r Nr.
    pose proof (frame_is_shortest_ok now (ps ++ [q]) x) as A.
    pose proof (frame_is_shortest_ok now ps x) as B.
    assert (FA := frame_of_in_firsts now (ps ++ [q]) x).
    assert (FB := frame_of_in_firsts now ps x).
    destruct (frame_of now (ps ++ [q]) x) as [s|] eqn:Es;
      destruct (frame_of now ps x) as [t|] eqn:Et;
      try (split; discriminate);
      try (now destruct N as [N1 N2]; (discriminate (N1 eq_refl) || discriminate (N2 eq_refl))).
    destruct A as (As & Rs & Ms), B as (At & Rt & Mt).
    assert (Lst : not_longer (frame s) (frame t) = true) by (apply Ms; auto; apply in_or_app; auto).
    assert (G : s = t \/ (interval s = 0 /\ interval t = 0)).
    { apply in_app_or in As as As'. destruct As' as [As'|[->|[]]].
      - (* the frame was there before *)
        left. assert (Lts : not_longer (frame t) (frame s) = true) by (apply Mt; auto).
        assert (Ef : frame s = frame t) by now apply not_longer_antisym.
        specialize (FA s eq_refl). specialize (FB t eq_refl).
        (* both are the first of their frame *)
        assert (FB' : In t (firsts (ps ++ [q]))).
        { clear - FB. revert FB. induction ps as [|y ps IH]; simpl; [contradiction|].
          intros [->|I]; auto. right. apply filter_In in I as [I H]. apply filter_In. auto. }
        apply (NoDup_frames (firsts (ps ++ [q]))); auto using firsts_NoDup.
      - (* it is the new one; the old frame was that of p *)
        assert (Rp := Rq x Rs). assert (Ltp := Mt p Ip' Rp).
        right. split; auto.
        destruct (not_longer (frame p) (frame t)) eqn:Lpt.
        + assert (frame t = frame p) by now apply not_longer_antisym.
          assert (t = p); [|congruence].
          apply (NoDup_frames (firsts ps)); auto using firsts_NoDup.
        + (* t is shorter than p, so no longer than s, and equal to it *)
          assert (Lts := Above t At Lpt).
          assert (Ef : frame s = frame t) by now apply not_longer_antisym.
          specialize (FA s eq_refl). specialize (FB t eq_refl).
          assert (FB' : In t (firsts (ps ++ [s]))).
          { clear - FB. revert FB. induction ps as [|y ps IH]; simpl; [contradiction|].
            intros [->|I]; auto. right. apply filter_In in I as [I H]. apply filter_In. auto. }
          assert (s = t) by (apply (NoDup_frames (firsts (ps ++ [s]))); auto using firsts_NoDup).
          congruence. }
    destruct G as [->|[G1 G2]]; [tauto|].
    split; intros H; inversion H; subst; congruence. }
  assert (G : In b (n :: others) -> (In b (policy_deletes now (ps ++ [q]) allow versions)
                                     <-> In b (policy_deletes now ps allow versions))).
  { intros Ib. destruct Ib as [<-|Ib].
    + rewrite (newest_rule_ok _ _ _ _ _ _ C1), (newest_rule_ok _ _ _ _ _ _ C2).
      rewrite <- !out_of_all_frames. now rewrite (proj1 (K n)).
    + symmetry.
      apply (local_rule_decides_ok now (ps ++ [q]) allow versions n others C2
        (fun x => In x (policy_deletes now ps allow versions))); auto.
      intros x Ix. rewrite (loop_is_local_rule_ok now ps allow versions n others C1 x Ix).
      assert (T : forall r a, behind others a x -> local x - local a < interval r -> interval r <> 0).
      { intros r a Bh L Z. apply (ordered_behind newer_first) in Bh; auto.
        unfold newer_first in Bh. apply Z.leb_le in Bh. lia. }
      unfold rule, too_close. rewrite (proj1 (K x)).
      split; (intros [H|(r & a & (A1 & A2 & A3 & A4 & A5 & A6) & A7)]; [auto|right; exists r, a]);
        assert (Nr := T r a A5 A6); repeat split; auto;
        try (now apply (proj2 (K a))); now apply (proj2 (K x)). }
  destruct (policy_decides_once_ok now ps allow versions D) as [_ I1].
  destruct (policy_decides_once_ok now (ps ++ [q]) allow versions D) as [_ I2].
  split; intros I; apply G; auto; apply (Permutation_in _ P); auto.
Qed.
