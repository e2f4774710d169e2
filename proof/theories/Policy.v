(** The loop over frames and backups is the local rule, and what follows from it. *)

From Coq Require Import ZArith List Bool Lia Permutation Sorted.
From Retention Require Import Model Lists Statements.
Import ListNotations.
Open Scope Z_scope.

(** * Orders *)

Definition newer_first (a b : backup) : bool := local b <=? local a.

Lemma newer_total a b : newer_first a b = true \/ newer_first b a = true.
Proof. unfold newer_first. rewrite !Z.leb_le. lia. Qed.

Lemma newer_trans a b c :
  newer_first a b = true -> newer_first b c = true -> newer_first a c = true.
Proof. unfold newer_first. rewrite !Z.leb_le. lia. Qed.

Definition shorter_first (p q : pair) : bool := not_longer (frame p) (frame q).

Lemma not_longer_total f g : not_longer f g = true \/ not_longer g f = true.
Proof. destruct f, g; simpl; rewrite ?Z.leb_le; auto; lia. Qed.

Lemma not_longer_trans f g h :
  not_longer f g = true -> not_longer g h = true -> not_longer f h = true.
Proof. destruct f, g, h; simpl; rewrite ?Z.leb_le; auto; try discriminate; lia. Qed.

Lemma not_longer_refl f : not_longer f f = true.
Proof. destruct (not_longer_total f f); auto. Qed.

Lemma not_longer_antisym f g : not_longer f g = true -> not_longer g f = true -> f = g.
Proof.
  destruct f, g; simpl; rewrite ?Z.leb_le; auto; try discriminate. intros. f_equal. lia.
Qed.

Lemma shorter_total p q : shorter_first p q = true \/ shorter_first q p = true.
Proof. apply not_longer_total. Qed.

Lemma shorter_trans p q r :
  shorter_first p q = true -> shorter_first q r = true -> shorter_first p r = true.
Proof. apply not_longer_trans. Qed.

Lemma by_local_perm l : Permutation (by_local_time l) l.
Proof. apply sort_perm. Qed.

Lemma by_local_ordered l : ordered newer_first (by_local_time l).
Proof. apply sort_ordered; [apply newer_total | apply newer_trans]. Qed.

Lemma distinct_NoDup l : distinct l -> NoDup l.
Proof. apply NoDup_map_inv. Qed.

Lemma distinct_perm l m : Permutation l m -> distinct l -> distinct m.
Proof.
  unfold distinct. intros P. apply Permutation_NoDup. now apply Permutation_map.
Qed.

Lemma distinct_eq l a b : distinct l -> In a l -> In b l -> name a = name b -> a = b.
Proof.
  unfold distinct. induction l as [|x l IH]; simpl; intros D Ia Ib E; [contradiction|].
  inversion D; subst.
  destruct Ia as [->|Ia], Ib as [->|Ib]; auto.
  - exfalso. apply H1. rewrite E. now apply in_map.
  - exfalso. apply H1. rewrite <- E. now apply in_map.
Qed.

Lemma distinct_filter f l : distinct l -> distinct (filter f l).
Proof.
  unfold distinct. induction l as [|x l IH]; simpl; intros D; auto. inversion D; subst.
  destruct (f x); simpl; auto. constructor; auto. rewrite in_map_iff in *.
  intros (y & E & I). apply filter_In in I. apply H1. exists y. tauto.
Qed.

Lemma member_in l m b : distinct l -> In b l -> incl m l -> (member b m = true <-> In b m).
Proof.
  intros D I S. unfold member. rewrite existsb_exists. split.
  - intros (x & Ix & E). apply Z.eqb_eq in E. now rewrite <- (distinct_eq l x b); auto.
  - intros Ib. exists b. split; auto. apply Z.eqb_refl.
Qed.

Lemma member_false l m b : distinct l -> In b l -> incl m l -> (member b m = false <-> ~ In b m).
Proof.
  intros D I S. rewrite <- (member_in l m b) by auto. now rewrite not_true_iff_false.
Qed.

Lemma without_in l m b : distinct l -> incl m l -> (In b (without l m) <-> In b l /\ ~ In b m).
Proof.
  intros D S. unfold without. rewrite filter_In, negb_true_iff. split; intros [I H]; split; auto;
    now apply (member_false l).
Qed.

(** * The walk inside a frame *)

Lemma thin_incl i last l : incl (thin i last l) l.
Proof.
  revert last. induction l as [|b l IH]; simpl; intros last; [apply incl_refl|].
  intros x. destruct (partial b); [intros I; right; eapply IH; eauto|].
  destruct (far_enough i last b); simpl.
  - intros I. right. eapply IH; eauto.
  - intros [->|I]; auto. right. eapply IH; eauto.
Qed.

Lemma thin_NoDup i last l : NoDup l -> NoDup (thin i last l).
Proof.
  revert last. induction l as [|b l IH]; simpl; intros last D; auto. inversion D; subst.
  destruct (partial b); auto. destruct (far_enough i last b); auto.
  constructor; auto. intros I. apply H1. eapply thin_incl; eauto.
Qed.

Definition oldest_first (a b : backup) : bool := local a <=? local b.

Lemma thin_rule i l : forall last,
  ordered oldest_first l -> NoDup l ->
  (forall t b, last = Some t -> In b l -> t <= local b) ->
  forall l1 b l2, l = l1 ++ b :: l2 ->
  (In b (thin i last l) <->
   full b = true /\ exists t,
     (last = Some t
      \/ exists a, In a l1 /\ full a = true /\ ~ In a (thin i last l) /\ local a = t)
     /\ local b - t < i).
Proof.
  induction l as [|x l IH]; intros last S D B l1 b l2 E; [destruct l1; discriminate|].
  unfold ordered in S. inversion S as [|? ? S' F]; subst. inversion D as [|? ? N D']; subst.
  rewrite Forall_forall in F.
  assert (F' : forall y, In y l -> local x <= local y)
    by (intros y I; apply Z.leb_le; apply (F y I)).
  assert (N' : forall last, ~ In x (thin i last l)) by (intros ? I; apply N; eapply thin_incl; eauto).
  assert (B' : forall t b, last = Some t -> In b l -> t <= local b)
    by (intros; apply B; simpl; auto).
  destruct l1 as [|y l1]; inversion E; subst.
  - (* b is the oldest *)
    simpl. unfold full, far_enough. destruct (partial b) eqn:P; simpl.
    { split; [intros I; now apply N' in I | intros [H _]; discriminate]. }
    destruct last as [t|].
    + specialize (B t b eq_refl (or_introl eq_refl)).
      destruct ((i =? 0) || (i <=? local b - t)) eqn:FE; simpl.
      * split; [intros I; now apply N' in I|].
        intros (_ & t' & [H|(a & [] & _)] & L). inversion H; subst.
        apply orb_true_iff in FE. rewrite Z.eqb_eq, Z.leb_le in FE. lia.
      * split; auto. intros _. split; auto. exists t. split; auto.
        apply orb_false_iff in FE. rewrite Z.leb_gt in FE. lia.
    + split; [intros I; now apply N' in I|].
      intros (_ & t' & [H|(a & [] & _)] & L). discriminate.
  - (* b is newer *)
    rename y into x. specialize (F' b) as Fb.
    assert (Ib : In b (l1 ++ b :: l2)) by (apply in_or_app; simpl; auto). specialize (Fb Ib).
    assert (Nxb : x <> b) by (intros ->; auto).
    assert (Nx1 : forall a, In a l1 -> a <> x)
      by (intros a I ->; apply N; apply in_or_app; auto).
    simpl. destruct (partial x) eqn:P; [|destruct (far_enough i last x) eqn:FE].
    + rewrite (IH last S' D' B' l1 b l2 eq_refl). split; intros (Fl & t & [H|(a & I & H)] & L);
        split; auto; exists t; split; auto; right; exists a; simpl; auto.
      destruct I as [<-|I]; auto. destruct H as (H & _). unfold full in H.
      rewrite P in H. discriminate.
    + rewrite (IH (Some (local x)) S' D') with (l1 := l1) (l2 := l2); auto;
        try (intros t y H; inversion H; subst; auto).
      split; intros (Fl & t & H & L); split; auto.
      * exists t. split; auto. right. destruct H as [H|(a & I & H)].
        -- exists x. inversion H; subst. unfold full. rewrite P. simpl. auto.
        -- exists a. simpl; auto.
      * destruct H as [->|(a & I & Fa & Na & <-)].
        -- exists (local x). split; auto. specialize (B t x eq_refl (or_introl eq_refl)). lia.
        -- exists (local a). split; auto. destruct I as [<-|I]; auto. right. exists a. auto.
    + simpl. transitivity (In b (thin i last (l1 ++ b :: l2))); [intuition congruence|].
      rewrite (IH last S' D' B' l1 b l2 eq_refl).
      split; intros (Fl & t & H & L); split; auto; exists t; split; auto;
        destruct H as [H|(a & I & Fa & Na & <-)]; auto; right; exists a.
      * repeat split; simpl; auto. intros [->|H]; auto. now apply (Nx1 a).
      * simpl in I. destruct I as [<-|I]; [exfalso; apply Na; simpl; auto|].
        repeat split; auto.
Qed.

(** * The loop *)

Lemma reaches_newer now p a b :
  newer_first a b = true -> reaches now p b = true -> reaches now p a = true.
Proof.
  unfold newer_first, reaches. destruct (frame p); auto. rewrite !Z.leb_le. lia.
Qed.

Lemma loop_incl now ps l : incl (loop now ps l) l.
Proof.
  revert l. induction ps as [|p ps IH]; simpl; intros l x; auto.
  rewrite in_app_iff. intros [I|I].
  - apply thin_incl in I. apply in_rev in I. rewrite <- (take_drop (reaches now p) l).
    apply in_or_app. auto.
  - apply IH in I. rewrite <- (take_drop (reaches now p) l). apply in_or_app. auto.
Qed.

Lemma ordered_rev l : ordered newer_first l -> ordered oldest_first (rev l).
Proof.
  unfold ordered. induction l as [|x l IH]; simpl; intros S; [constructor|].
  inversion S; subst. rewrite Forall_forall in H2. specialize (IH H1).
  assert (G : forall y, In y (rev l) -> oldest_first y x = true)
    by (intros y I; apply in_rev in I; apply (H2 y I)).
  clear - IH G. induction (rev l) as [|y m IHm]; simpl.
  - repeat constructor.
  - inversion IH; subst. constructor.
    + apply IHm; auto. intros z I. apply G. now right.
    + rewrite Forall_forall in *. intros z I. apply in_app_or in I as [I|[<-|[]]]; auto.
      apply G. now left.
Qed.

Lemma loop_rule now ps : forall l, ordered newer_first l -> NoDup l ->
  let frame_of b := find (fun p => reaches now p b) ps in
  forall b, In b l ->
  (In b (loop now ps l) <->
   frame_of b = None
   \/ exists p a, frame_of a = Some p /\ frame_of b = Some p /\ full a = true /\ full b = true
        /\ behind l a b /\ local b - local a < interval p /\ ~ In a (loop now ps l)).
Proof.
  induction ps as [|p ps IH]; intros l S D; cbn zeta; intros b Ib.
  { simpl. split; auto. }
  cbn [loop find].
  pose proof (take_drop (reaches now p) l) as TD.
  assert (HT : forall x, In x (take_while (reaches now p) l) -> reaches now p x = true)
    by apply take_in.
  assert (HD : forall x, In x (drop_while (reaches now p) l) -> reaches now p x = false)
    by (intros x; apply (drop_in newer_first); [apply reaches_newer | exact S]).
  revert HT HD TD. generalize (take_while (reaches now p) l) as t.
  generalize (drop_while (reaches now p) l) as d. intros d t HT HD <-.
  destruct (ordered_app _ _ _ S) as (St & Sd & _).
  apply NoDup_app in D as D'. destruct D' as (Dt & Dd & Ntd).
  assert (Thin : incl (thin (interval p) None (rev t)) t)
    by (intros x I; apply in_rev; eapply thin_incl; eauto).
  apply in_app_or in Ib as [Ib|Ib].
  - (* in this frame *)
    rewrite (HT b Ib).
    assert (E : In b (thin (interval p) None (rev t) ++ loop now ps d)
                <-> In b (thin (interval p) None (rev t))).
    { rewrite in_app_iff. split; auto. intros [I|I]; auto. apply loop_incl in I.
      exfalso. eapply Ntd; eauto. }
    rewrite E. apply in_rev in Ib as Ir. apply in_split in Ir as (l1 & l2 & Er).
    rewrite (thin_rule (interval p) (rev t)) with (l1 := l1) (l2 := l2);
      auto using ordered_rev, NoDup_rev; [|discriminate].
    assert (Et : t = rev l2 ++ b :: rev l1)
      by (rewrite <- (rev_involutive t), Er, rev_app_distr; simpl; now rewrite <- app_assoc).
    assert (Be : forall a, behind (t ++ d) a b <-> In a (rev l1 ++ d)).
    { intros a. rewrite Et, <- app_assoc in *. simpl in *. now apply behind_split. }
    split.
    + intros (Fb & t' & [H|(a & I & Fa & Na & <-)] & L); [discriminate|].
      right. exists p, a.
      assert (It : In a t) by (rewrite Et, in_app_iff; right; right; now apply -> in_rev).
      rewrite (HT a It). repeat split; auto.
      * apply Be. apply in_or_app. left. now apply -> in_rev.
      * rewrite in_app_iff. intros [I'|I']; auto. apply loop_incl in I'. eapply Ntd; eauto.
    + intros [H|(q & a & Ea & Eb & Fa & Fb & Bh & L & Na)]; [discriminate|].
      inversion Eb; subst q. split; auto. exists (local a). split; auto. right. exists a.
      rewrite in_app_iff in Na. repeat split; auto.
      apply Be in Bh. apply in_app_or in Bh as [I|I]; [now apply in_rev|].
      rewrite (HD a I) in Ea. apply find_some in Ea as [_ Ea]. rewrite (HD a I) in Ea.
      discriminate.
  - (* beyond it *)
    rewrite (HD b Ib).
    assert (E : In b (thin (interval p) None (rev t) ++ loop now ps d) <-> In b (loop now ps d)).
    { rewrite in_app_iff. split; auto. intros [I|I]; auto. apply Thin in I.
      exfalso. eapply Ntd; eauto. }
    rewrite E, (IH d Sd Dd b Ib).
    apply in_split in Ib as Isp. destruct Isp as (d1 & d2 & ->).
    assert (Be : forall a, behind (t ++ d1 ++ b :: d2) a b <-> behind (d1 ++ b :: d2) a b).
    { intros a. rewrite behind_split by auto. rewrite app_assoc. rewrite behind_split; [tauto|].
      now rewrite <- app_assoc. }
    split; (intros [H|(q & a & Ea & Eb & Fa & Fb & Bh & L & Na)]; [auto|]; right; exists q, a).
    + destruct (behind_in _ _ _ Bh) as [Ia _]. rewrite (HD a Ia).
      repeat split; auto; [now apply Be|].
      rewrite in_app_iff. intros [I|I]; auto. apply Thin in I. eapply Ntd; eauto.
    + apply Be in Bh. destruct (behind_in _ _ _ Bh) as [Ia _]. rewrite (HD a Ia) in Ea.
      repeat split; auto. intros I. apply Na. apply in_or_app. auto.
Qed.

(** * The policy *)

Lemma case_facts pairs versions n others : case pairs versions n others ->
  NoDup (n :: others) /\ ordered newer_first (n :: others) /\ Permutation versions (n :: others)
  /\ distinct (n :: others).
Proof.
  intros (D & _ & E).
  assert (P : Permutation versions (n :: others))
    by (rewrite <- E; apply Permutation_sym, by_local_perm).
  assert (D' : distinct (n :: others)) by (eapply distinct_perm; eauto).
  repeat split; auto using distinct_NoDup. rewrite <- E. apply by_local_ordered.
Qed.

Lemma policy_eq now pairs allow versions n others : case pairs versions n others ->
  policy_deletes now pairs allow versions
  = loop now (shortest_first pairs) others
    ++ (if allow && forallb (fun p => negb (reaches now p n)) pairs then [n] else []).
Proof.
  intros (_ & N & E). unfold policy_deletes. rewrite E. destruct pairs; congruence.
Qed.

Lemma policy_others now pairs allow versions n others : case pairs versions n others ->
  forall b, In b others ->
  (In b (policy_deletes now pairs allow versions) <-> In b (loop now (shortest_first pairs) others)).
Proof.
  intros C b I. rewrite (policy_eq _ _ _ _ _ _ C), in_app_iff.
  destruct (case_facts _ _ _ _ C) as (D & _). inversion D; subst.
  split; auto. intros [H|H]; auto.
  destruct (allow && _); [|contradiction]. destruct H as [->|[]]. contradiction.
Qed.

Theorem loop_is_local_rule_ok : loop_is_local_rule.
Proof.
  intros now pairs allow versions n others C. cbn zeta. intros b I.
  destruct (case_facts _ _ _ _ C) as (D & S & _). inversion D; subst.
  unfold ordered in S. inversion S; subst.
  rewrite (policy_others _ _ _ _ _ _ C b I).
  rewrite (loop_rule now (shortest_first pairs) others H3 H2 b I).
  unfold rule, too_close. fold (frame_of now pairs b).
  split; (intros [H|(p & a & H)]; [auto|right; exists p, a]);
    fold (frame_of now pairs a) in *.
  - destruct H as (A1 & A2 & A3 & A4 & A5 & A6 & A7). repeat split; auto.
    rewrite (policy_others _ _ _ _ _ _ C); auto. now apply behind_in in A5.
  - destruct H as ((A1 & A2 & A3 & A4 & A5 & A6) & A7). repeat split; auto.
    rewrite (policy_others _ _ _ _ _ _ C) in A7; auto. now apply behind_in in A5.
Qed.

Theorem local_rule_decides_ok : local_rule_decides.
Proof.
  intros now pairs allow versions n others C deleted R.
  destruct (case_facts _ _ _ _ C) as (D & _). inversion D; subst.
  assert (G : forall l2 l1, others = l1 ++ l2 ->
            forall b, In b l2 -> deleted b <-> In b (policy_deletes now pairs allow versions)).
  { induction l2 as [|x l2 IH]; intros l1 E b Ib; [contradiction|].
    assert (IH' : forall b, In b l2 ->
              deleted b <-> In b (policy_deletes now pairs allow versions))
      by (apply (IH (l1 ++ [x])); rewrite <- app_assoc; exact E).
    destruct Ib as [->|Ib]; auto.
    assert (Io : In b others) by (rewrite E; apply in_or_app; simpl; auto).
    rewrite (R b Io), (loop_is_local_rule_ok now pairs allow versions n others C b Io).
    unfold rule. split; (intros [H|(p & a & T & Na)]; [auto|right; exists p, a; split; auto]);
      intros Da; apply Na; apply IH'; auto;
      destruct T as (_ & _ & _ & _ & Bh & _); rewrite E in Bh, H2; now apply behind_split in Bh. }
  apply (G others []). reflexivity.
Qed.

Theorem newest_rule_ok : newest_rule.
Proof.
  intros now pairs allow versions n others C. rewrite (policy_eq _ _ _ _ _ _ C), in_app_iff.
  destruct (case_facts _ _ _ _ C) as (D & _). inversion D; subst. unfold lies_in_no_frame.
  destruct allow; simpl.
  - destruct (forallb _ pairs) eqn:F.
    + split; simpl; auto. intros _. split; auto. rewrite forallb_forall in F.
      intros p I. apply negb_true_iff. auto.
    + split.
      * intros [I|[]]. now apply loop_incl in I.
      * intros [_ H]. rewrite <- not_true_iff_false in F. exfalso. apply F.
        apply forallb_forall. intros p I. rewrite H; auto.
  - split; [|intros [H _]; discriminate]. intros [I|[]]. now apply loop_incl in I.
Qed.

Theorem frame_is_shortest_ok : frame_is_shortest.
Proof.
  intros now pairs b. unfold frame_of, lies_in_no_frame.
  assert (S : ordered shorter_first (shortest_first pairs))
    by (apply sort_ordered; [apply shorter_total | apply shorter_trans]).
  assert (P : forall p, In p (shortest_first pairs) <-> In p pairs) by (intros; apply sort_in).
  destruct (find _ _) eqn:F.
  - apply find_some in F as F'. destruct F' as [I R]. split; [now apply P|]. split; auto.
    intros q Iq Rq. apply P in Iq. clear P.
    induction (shortest_first pairs) as [|x l IH]; simpl in *; [contradiction|].
    unfold ordered in S. inversion S; subst. rewrite Forall_forall in H2.
    destruct (reaches now x b) eqn:E.
    + inversion F; subst. destruct Iq as [<-|Iq]; [apply not_longer_refl | apply (H2 q Iq)].
    + apply IH; auto.
      * apply find_some in F. tauto.
      * destruct Iq as [<-|Iq]; auto. congruence.
  - intros p I. apply (find_none _ _ F). now apply P.
Qed.

Theorem policy_decides_once_ok : policy_decides_once.
Proof.
  intros now pairs allow versions D.
  destruct pairs as [|p ps]; [simpl; split; [constructor | intros x []]|].
  destruct (by_local_time versions) as [|n others] eqn:E.
  { unfold policy_deletes. rewrite E. split; [constructor | intros x []]. }
  assert (C : case (p :: ps) versions n others) by (repeat split; auto; discriminate).
  destruct (case_facts _ _ _ _ C) as (D' & S & P & _). inversion D'; subst.
  rewrite (policy_eq _ _ _ _ _ _ C). split.
  - apply NoDup_app. repeat split.
    + clear - H2. revert H2. generalize others. generalize (shortest_first (p :: ps)).
      induction l as [|q l IH]; simpl; intros m D; auto.
      rewrite <- (take_drop (reaches now q) m) in D. apply NoDup_app in D as (D1 & D2 & D3).
      apply NoDup_app. repeat split; auto.
      * apply thin_NoDup. now apply NoDup_rev.
      * intros x I J. apply thin_incl in I. apply in_rev in I. apply loop_incl in J. now apply (D3 x).
    + destruct (allow && _); repeat constructor; auto.
    + intros x I J. destruct (allow && _); [|contradiction]. destruct J as [<-|[]].
      now apply loop_incl in I.
  - intros x I. apply (Permutation_in _ (Permutation_sym P)). apply in_app_or in I as [I|I].
    + right. now apply loop_incl in I.
    + left. destruct (allow && _); [|contradiction]. now destruct I as [<-|[]].
Qed.

Theorem survivors_in_frame_ok : survivors_in_frame.
Proof.
  intros now pairs allow versions n others C b I N.
  rewrite (loop_is_local_rule_ok now pairs allow versions n others C b I) in N.
  unfold rule in N. destruct (frame_of now pairs b) as [p|]; [eauto|]. tauto.
Qed.

Theorem spacing_ok : spacing.
Proof.
  intros now pairs allow versions n others C p a b Na Nb T. apply Nb.
  assert (I : In b others) by (destruct T as (_ & _ & _ & _ & Bh & _); now apply behind_in in Bh).
  apply (loop_is_local_rule_ok now pairs allow versions n others C b I).
  right. exists p, a. auto.
Qed.

Theorem maximality_ok : maximality.
Proof.
  intros now pairs allow versions n others C b p I F Del.
  apply (loop_is_local_rule_ok now pairs allow versions n others C b I) in Del.
  destruct Del as [H|(q & a & T & Na)]; [congruence|].
  assert (q = p) by (destruct T as (_ & H & _); congruence). subst. eauto.
Qed.

Theorem oldest_full_survives_ok : oldest_full_survives.
Proof.
  intros now pairs allow versions n others C b p I F H Del.
  destruct (maximality_ok now pairs allow versions n others C b p I F Del)
    as (a & (A1 & A2 & A3 & A4 & A5 & A6) & _).
  apply (H a); auto.
Qed.

Theorem oldest_survives_ok : oldest_survives.
Proof.
  intros now pairs allow versions n others C b p I F H.
  apply (oldest_full_survives_ok now pairs allow versions n others C b p I F). auto.
Qed.

Theorem partials_survive_ok : partials_survive.
Proof.
  intros now pairs allow versions n others C b p I F H Del.
  destruct (maximality_ok now pairs allow versions n others C b p I F Del)
    as (a & (_ & _ & _ & Fb & _) & _).
  unfold full in Fb. rewrite H in Fb. discriminate.
Qed.

Theorem keep_all_ok : keep_all.
Proof.
  intros now pairs allow versions n others C b p I F H Del.
  destruct (maximality_ok now pairs allow versions n others C b p I F Del)
    as (a & (_ & _ & _ & _ & Bh & L) & _).
  destruct (case_facts _ _ _ _ C) as (_ & S & _). unfold ordered in S. inversion S; subst.
  apply (ordered_behind newer_first) in Bh; auto.
  unfold newer_first in Bh. apply Z.leb_le in Bh. lia.
Qed.

Theorem empty_policy_ok : empty_policy.
Proof. intros now allow versions. reflexivity. Qed.
