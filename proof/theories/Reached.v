(** The gap bound is reached.

    Ages are in seconds, counted back from a moment at second [T]. The newest backup is made [s]
    seconds later. The frames have the intervals [w + 1] seconds, for each [w] of a list, the shortest
    frame first. Backups are made such that, when the newest is made, the oldest one of each frame, its
    anchor, is [w] older than that of the frame before. The first run leaves the anchors. Each further
    run is a second later. It brings one more anchor into the next frame, where it is a second too near
    to the anchor of that. The backups that are made within [k] seconds behind an anchor, where [k] is
    the number of frames, are left out, so that no anchor is deleted in another way. *)

From Coq Require Import ZArith List Bool Lia Permutation Sorted.
From Retention Require Import Model Lists Statements Policy Relations Plan Time.
Import ListNotations.
Open Scope Z_scope.

Section Reached.
Context (k T s : Z).
Hypothesis k_positive : 1 <= k.
Hypothesis k_below_s : k + 1 <= s.

Fixpoint frames_of (D l : Z) (ws : list Z) : list pair :=
  match ws with
  | [] => []
  | w :: longer =>
      Pair (Some ((s + (D + w) + l) * second)) ((w + 1) * second)
      :: frames_of (D + w) (l + 1) longer
  end.

Fixpoint anchors (D : Z) (ws : list Z) : list Z :=
  match ws with
  | [] => []
  | w :: longer => D + w :: anchors (D + w) longer
  end.

Fixpoint upto (n : nat) (from : Z) (rest : list Z) : list Z :=
  match n with
  | O => rest
  | S n => from :: upto n (from + 1) rest
  end.

Fixpoint ages (D : Z) (ws : list Z) : list Z :=
  match ws with
  | [] => [D]
  | w :: longer => D :: upto (Z.to_nat (w - k - 1)) (D + k + 1) (ages (D + w) longer)
  end.

Definition at_ (age : Z) : backup :=
  Backup (T - age) ((T - age) * second) ((T - age) * second) false None.

Definition moment_of (l : Z) : moment := Moment ((T + s + l) * second) ((T + s + l) * second).

(** Every [w] is at least [k]. *)
Definition wide (ws : list Z) : Prop := forall w, In w ws -> k <= w.

Lemma wide_tail w ws : wide (w :: ws) -> k <= w /\ wide ws.
Proof. intros H. split; [apply H; now left | intros x I; apply H; now right]. Qed.

(** * The ages *)

Definition next (a b : Z) : Prop := a < b <= a + s.

Lemma upto_chain n : forall from prev rest, next prev from ->
  chain next (from + Z.of_nat n :: rest) ->
  chain next (prev :: upto n from (from + Z.of_nat n :: rest)).
Proof.
  induction n as [|n IH]; intros from prev rest N C.
  - replace (from + Z.of_nat 0) with from in * by lia. simpl. split; auto.
  - cbn [upto]. split; auto.
    replace (from + Z.of_nat (S n)) with (from + 1 + Z.of_nat n) in * by lia.
    apply IH; auto. unfold next. lia.
Qed.

Lemma ages_head D ws : exists rest, ages D ws = D :: rest.
Proof. destruct ws; simpl; eauto. Qed.

Lemma ages_chain ws : forall D, wide ws -> chain next (ages D ws).
Proof.
  induction ws as [|w ws IH]; intros D W; [simpl; auto|].
  apply wide_tail in W as [Lw W]. specialize (IH (D + w) W). cbn [ages].
  destruct (ages_head (D + w) ws) as [rest E]. rewrite E in *.
  destruct (Z.eq_dec w k) as [->|N].
  - replace (Z.to_nat (k - k - 1)) with O by lia. simpl upto. split; auto. unfold next. lia.
  - replace (D + w) with (D + k + 1 + Z.of_nat (Z.to_nat (w - k - 1))) in * by lia.
    apply upto_chain; auto. unfold next. lia.
Qed.

Lemma ages_sorted ws D : wide ws -> StronglySorted Z.lt (ages D ws).
Proof.
  intros W. apply chain_ordered; [intros; lia|].
  assert (C := ages_chain ws D W).
  induction (ages D ws) as [|a l IH]; simpl in *; auto. destruct l as [|b l]; auto.
  destruct C as [N C]. split; auto. unfold next in N. lia.
Qed.

Lemma upto_in n : forall from rest a, In a (upto n from rest) <->
  from <= a < from + Z.of_nat n \/ In a rest.
Proof.
  induction n as [|n IH]; intros from rest a.
  - simpl. split; auto. intros [H|H]; auto. lia.
  - cbn [upto]. simpl In. rewrite IH. split; [intros [H|[H|H]] | intros [H|H]]; auto; try lia.
Qed.

Lemma ages_least ws D a : wide ws -> In a (ages D ws) -> a = D \/ D + k <= a.
Proof.
  intros W I. destruct ws as [|w ws]; simpl in I.
  - destruct I as [<-|[]]. auto.
  - destruct I as [<-|I]; auto. right. apply upto_in in I as [I|I]; [lia|].
    apply wide_tail in W as [Lw W]. destruct (ages_head (D + w) ws) as [rest E].
    assert (Sr := ages_sorted ws (D + w) W). rewrite E in *.
    inversion Sr as [|? ? _ F]; subst. rewrite Forall_forall in F.
    destruct I as [<-|I]; [lia|]. specialize (F a I). lia.
Qed.

Lemma anchors_ages ws : forall D, incl (anchors D ws) (ages D ws).
Proof.
  induction ws as [|w ws IH]; intros D a I; [contradiction|]. simpl. right.
  apply upto_in. right. destruct I as [<-|I]; [|now apply IH].
  destruct (ages_head (D + w) ws) as [rest ->]. now left.
Qed.

Lemma anchors_least ws : forall D a, wide ws -> In a (anchors D ws) -> D < a.
Proof.
  induction ws as [|w ws IH]; intros D a W I; [contradiction|].
  apply wide_tail in W as [Lw W]. destruct I as [<-|I]; [lia|].
  specialize (IH (D + w) a W I). lia.
Qed.

Lemma anchors_sorted ws : forall D, wide ws -> StronglySorted Z.lt (D :: anchors D ws).
Proof.
  induction ws as [|w ws IH]; intros D W; [repeat constructor|].
  constructor.
  - apply wide_tail in W as [_ W]. apply IH; auto.
  - rewrite Forall_forall. intros a I. now apply (anchors_least (w :: ws) D a).
Qed.

(** * The frames *)

Lemma frames_longer ws : forall D l p, wide ws -> In p (frames_of D l ws) ->
  exists span, frame p = Some span /\ (s + D + l) * second < span.
Proof.
  induction ws as [|w ws IH]; intros D l p W I; [contradiction|].
  apply wide_tail in W as [Lw W]. destruct I as [<-|I].
  - eexists. split; [reflexivity|]. unfold second. lia.
  - destruct (IH (D + w) (l + 1) p W I) as (span & E & L). exists span. split; auto.
    unfold second in *. lia.
Qed.

Lemma reaches_age j D l w i a :
  reaches ((T + s + j) * second) (Pair (Some ((s + (D + w) + l) * second)) i) (at_ a)
  = (a <=? D + w + (l - j)).
Proof.
  unfold reaches, at_, second. simpl. apply eq_true_iff_eq. rewrite !Z.leb_le. lia.
Qed.

Definition find_frame (j : Z) (ps : list pair) (a : Z) : option pair :=
  find (fun p => reaches ((T + s + j) * second) p (at_ a)) ps.

Lemma located ws : forall D l j, wide ws -> 0 <= l - j -> l - j + count ws <= k ->
  forall a, In a (ages D ws) -> D < a \/ ws <> [] ->
  exists p c, find_frame j (frames_of D l ws) a = Some p
    /\ find_frame j (frames_of D l ws) c = Some p
    /\ In c (anchors D ws) /\ a <= c
    /\ (forall c', In c' (anchors D ws) -> a <= c' -> c <= c')
    /\ (c - a) * second < interval p
    /\ forall c', In c' (ages D ws) -> c < c' -> find_frame j (frames_of D l ws) c' <> Some p.
Proof.
  induction ws as [|w ws IH]; intros D l j W L K a I H.
  { simpl in I. destruct I as [<-|[]]. destruct H; [lia | congruence]. }
  apply wide_tail in W as W'. destruct W' as [Lw W'].
  rewrite count_cons in K. pose proof (count_pos ws) as Kp.
  unfold find_frame in *. cbn [frames_of find]. 
  (* what is beyond the first frame *)
  assert (Beyond : forall c, In c (ages D (w :: ws)) -> D + w < c ->
            In c (ages (D + w) ws)
            /\ reaches ((T + s + j) * second)
                 (Pair (Some ((s + (D + w) + l) * second)) ((w + 1) * second)) (at_ c) = false).
  { intros c Ic Lc. cbn [ages] in Ic. destruct Ic as [<-|Ic]; [lia|].
    apply upto_in in Ic as [Ic|Ic]; [lia|]. split; auto.
    rewrite reaches_age. apply Z.leb_gt.
    destruct (ages_least ws (D + w) c W' Ic); lia. }
  destruct (Z.leb_spec a (D + w)) as [La|La].
  - exists (Pair (Some ((s + (D + w) + l) * second)) ((w + 1) * second)), (D + w).
    rewrite !reaches_age.
    replace (a <=? D + w + (l - j)) with true by (symmetry; apply Z.leb_le; lia).
    replace (D + w <=? D + w + (l - j)) with true by (symmetry; apply Z.leb_le; lia).
    assert (Da : D <= a).
    { destruct (ages_least (w :: ws) D a W I); lia. }
    split; [reflexivity|]. split; [reflexivity|]. split; [now left|]. split; [exact La|].
    split; [|split].
    + intros c' [<-|I'] _; [lia|]. pose proof (anchors_least ws (D + w) c' W' I'). lia.
    + simpl interval. unfold second. lia.
    + intros c' I' L'. destruct (Beyond c' I' L') as [_ ->]. intros E.
      apply find_some in E as [E _]. apply frames_longer in E as (span & E & Ls); auto.
      simpl in E. inversion E; subst. unfold second in *. lia.
  - destruct (Beyond a I La) as [Ia Ra]. rewrite Ra.
    destruct (IH (D + w) (l + 1) j W' ltac:(lia) ltac:(lia) a Ia (or_introl La))
      as (p & c & A1 & A2 & A3 & A4 & A5 & A6 & A7).
    exists p, c. split; [exact A1|].
    assert (Ic : In c (ages D (w :: ws))) by (apply anchors_ages; now right).
    destruct (Beyond c Ic ltac:(lia)) as [_ Rc]. rewrite Rc.
    split; [exact A2|]. split; [now right|]. split; [exact A4|]. split; [|split; [exact A6|]].
    + intros c' [<-|I'] L'; [lia|]. now apply A5.
    + intros c' I' L'. destruct (Beyond c' I' ltac:(lia)) as [I2 Rc']. rewrite Rc'. now apply A7.
Qed.

Lemma frames_ordered ws : forall D l, wide ws -> ordered shorter_first (frames_of D l ws).
Proof.
  unfold ordered. induction ws as [|w ws IH]; intros D l W; [constructor|].
  apply wide_tail in W as [Lw W]. constructor; [now apply IH|].
  rewrite Forall_forall. intros p I.
  destruct (frames_longer ws _ _ p W I) as (span & E & L).
  unfold shorter_first. rewrite E. simpl. apply Z.leb_le. unfold second in *. lia.
Qed.

(** * A run *)

Lemma sorted_filter_eq (g : Z -> bool) L M : StronglySorted Z.lt L -> StronglySorted Z.lt M ->
  incl M L -> (forall a, In a L -> (g a = true <-> In a M)) -> filter g L = M.
Proof.
  intros SL SM Inc G.
  assert (Nd : forall l, StronglySorted Z.lt l -> NoDup l).
  { induction 1; constructor; auto. rewrite Forall_forall in H0. intros I. specialize (H0 a I). lia. }
  assert (Le : forall l, StronglySorted Z.lt l -> ordered Z.leb l).
  { unfold ordered. intros l Sl. apply (sorted_imp Z.lt); auto. intros a b Lab. apply Z.leb_le. lia. }
  apply (ordered_unique Z.leb).
  - apply ordered_filter. auto.
  - auto.
  - apply NoDup_Permutation; auto using NoDup_filter. intros a. rewrite filter_In. split.
    + intros [I H]. now apply G.
    + intros I. split; auto. apply G; auto.
  - intros a b _ _. rewrite !Z.leb_le. lia.
Qed.

Lemma at_inj a b : at_ a = at_ b -> a = b.
Proof. unfold at_. intros H. inversion H. lia. Qed.

Definition newest_one : backup := at_ (- s).

Definition only (ps : list pair) : options := Options ps None 0 (fun _ => false) false.

Lemma at_ordered L : StronglySorted Z.lt L -> ordered newer_first (map at_ L).
Proof.
  unfold ordered. induction 1; simpl; constructor; auto. rewrite Forall_forall in *.
  intros b I. apply in_map_iff in I as (c & <- & I). specialize (H0 c I).
  unfold newer_first, at_, second. simpl. apply Z.leb_le. lia.
Qed.

Lemma run_leaves_anchors pre ws D l L events :
  let ps := pre ++ frames_of D l ws in
  steady ps (s * second) (Run (only ps) (moment_of l) :: events) ->
  wide ws -> ws <> [] -> 0 <= D -> 1 <= l -> l + count ws <= k + 1 ->
  (forall p, In p pre -> exists span, frame p = Some span /\ span < (s + D + l) * second) ->
  ordered shorter_first ps ->
  (forall p span, In p ps -> frame p = Some span -> span <= (T + s + l) * second) ->
  history events = newest_one :: map at_ L ->
  StronglySorted Z.lt L -> incl L (ages D ws) -> incl (anchors D ws) L ->
  history (Run (only ps) (moment_of l) :: events) = newest_one :: map at_ (anchors D ws).
Proof.
  intros ps S W Ne D0 Ll K Pre Op Y Eh SL L1 L2.
  assert (Nps : ps <> []).
  { unfold ps. destruct ws; [congruence|]. intros H. apply app_eq_nil in H as [_ H]. discriminate. }
  destruct (plan (only ps) (moment_of l) (history events)) as [deleted|] eqn:E.
  2: { apply fails_before_year_one_ok in E as (_ & p & span & I & F & Lt).
       simpl in I, Lt. specialize (Y p span I F). lia. }
  assert (P := sorted_plan _ _ _ _ _ _ S Nps E).
  assert (S' := steady_tail _ _ _ _ S).
  assert (Dh := history_distinct events (new_backups _ _ _ S')).
  assert (Inc := plan_incl _ _ _ _ Dh E).
  destruct (steady_sorted _ _ _ S') as [Sl _].
  rewrite Eh in *. cbn [allow_full_removal only local_now moment_of] in P.
  assert (C : case ps (newest_one :: map at_ L) newest_one (map at_ L)).
  { repeat split; auto. apply sort_id; auto. }
  (* the frames of the ages *)
  assert (Fr : forall a, In a L -> frame_of ((T + s + l) * second) ps (at_ a)
              = find_frame l (frames_of D l ws) a).
  { intros a Ia. unfold frame_of. replace (shortest_first ps) with ps.
    2: { symmetry. apply sort_id. exact Op. }
    assert (Da : D <= a) by (destruct (ages_least ws D a W (L1 a Ia)); lia).
    unfold ps. clear - Pre Da. induction pre as [|p pre IH]; [reflexivity|]. simpl.
    destruct (Pre p (or_introl eq_refl)) as (span & Ef & Ls).
    replace (reaches ((T + s + l) * second) p (at_ a)) with false.
    - apply IH. intros q I. apply Pre. now right.
    - symmetry. unfold reaches. rewrite Ef. apply Z.leb_gt. unfold at_, second in *. simpl. lia. }
  assert (Loc : forall a, In a L ->
    exists p c, find_frame l (frames_of D l ws) a = Some p
      /\ find_frame l (frames_of D l ws) c = Some p
      /\ In c (anchors D ws) /\ a <= c
      /\ (forall c', In c' (anchors D ws) -> a <= c' -> c <= c')
      /\ (c - a) * second < interval p
      /\ forall c', In c' (ages D ws) -> c < c' -> find_frame l (frames_of D l ws) c' <> Some p).
  { intros a Ia. apply located; auto; lia. }
  assert (Nd : NoDup (map at_ L)).
  { destruct (case_facts _ _ _ _ C) as (Nd & _). now inversion Nd. }
  assert (Behind : forall a c, In a L -> In c L -> (behind (map at_ L) (at_ c) (at_ a) <-> a < c)).
  { intros a c Ia Ic. apply in_split in Ia as (l1 & l2 & ->). rewrite map_app in *. simpl map in *.
    rewrite behind_split by auto. clear - SL Ic. split.
    - intros I. apply in_map_iff in I as (c' & Ec & I). apply at_inj in Ec. subst c'.
      induction l1 as [|x l1 IH]; simpl in SL; inversion SL; subst.
      + rewrite Forall_forall in H2. auto.
      + apply IH; auto. apply in_or_app. right. now right.
    - intros La. apply in_map. apply in_app_or in Ic as [Ic|[->|Ic]]; auto; [exfalso | lia].
      induction l1 as [|x l1 IH]; simpl in *; [contradiction|]. inversion SL; subst.
      destruct Ic as [->|Ic]; [|now apply IH]. rewrite Forall_forall in H2.
      specialize (H2 a). assert (c < a) by (apply H2; apply in_or_app; simpl; auto). lia. }
  set (dels := policy_deletes ((T + s + l) * second) ps false (newest_one :: map at_ L)) in *.
  (* the anchors survive *)
  assert (Stay : forall a, In a (anchors D ws) -> ~ In (at_ a) dels).
  { intros a Ia. assert (IL := L2 a Ia).
    destruct (Loc a IL) as (p & c & A1 & A2 & A3 & A4 & A5 & A6 & A7).
    assert (c = a) by (specialize (A5 a Ia ltac:(lia)); lia). subst c.
    apply (oldest_survives_ok _ _ _ _ _ _ C (at_ a) p).
    - now apply in_map.
    - now rewrite Fr.
    - intros x Bx. destruct (behind_in _ _ _ Bx) as [Ix _].
      apply in_map_iff in Ix as (c & <- & Ic). apply Behind in Bx; auto.
      rewrite Fr; auto. }
  (* the others do not *)
  assert (Go : forall a, In a L -> ~ In a (anchors D ws) -> In (at_ a) dels).
  { intros a IL Na. destruct (Loc a IL) as (p & c & A1 & A2 & A3 & A4 & A5 & A6 & A7).
    assert (Ic := L2 c A3).
    assert (a <> c) by (intros ->; contradiction).
    apply (loop_is_local_rule_ok _ _ _ _ _ _ C (at_ a)); [now apply in_map|].
    right. exists p, (at_ c). split; [|now apply Stay].
    repeat split; try (rewrite Fr; auto).
    - apply Behind; auto. lia.
    - unfold at_. simpl. unfold second in *. lia. }
  assert (Mem : forall a, In a L -> (negb (member (at_ a) deleted) = true <-> In a (anchors D ws))).
  { intros a Ia. rewrite negb_true_iff.
    rewrite (member_false (newest_one :: map at_ L)); auto; [|right; now apply in_map].
    rewrite P. split.
    - intros N. destruct (in_dec Z.eq_dec a (anchors D ws)); auto. exfalso. apply N. now apply Go.
    - apply Stay. }
  simpl history. rewrite Eh, E. unfold without. simpl filter.
  replace (negb (member newest_one deleted)) with true.
  2: { symmetry. apply negb_true_iff.
       apply (member_false (newest_one :: map at_ L)); auto; [now left|].
       rewrite P. intros I. apply (newest_rule_ok _ _ _ _ _ _ C) in I as [I _]. discriminate. }
  f_equal.
  rewrite <- (sorted_filter_eq (fun a => negb (member (at_ a) deleted)) L (anchors D ws)); auto.
  - clear. induction L as [|a L IH]; simpl; auto. destruct (negb _); simpl; congruence.
  - assert (A := anchors_sorted ws D W). now inversion A.
Qed.

(** * All runs *)

Fixpoint after_runs (ps : list pair) (l : Z) (ws : list Z) (before : list event) : list event :=
  match ws with
  | [] => before
  | _ :: longer => after_runs ps (l + 1) longer (Run (only ps) (moment_of l) :: before)
  end.

Lemma steady_after ps ws : forall l before, steady ps (s * second) (after_runs ps l ws before) ->
  steady ps (s * second) before.
Proof.
  induction ws as [|w ws IH]; simpl; intros l before S; auto.
  apply IH in S. eapply steady_tail; eauto.
Qed.

Definition sum (ws : list Z) : Z := fold_right Z.add 0 ws.

Lemma all_runs ps ws : forall pre D l L before,
  ps = pre ++ frames_of D l ws ->
  steady ps (s * second) (after_runs ps l ws before) ->
  wide ws -> ws <> [] -> 0 <= D -> 1 <= l -> l + count ws <= k + 1 ->
  (forall p, In p pre -> exists span, frame p = Some span /\ span < (s + D + l) * second) ->
  ordered shorter_first ps ->
  (forall p span, In p ps -> frame p = Some span -> span <= (T + s + 1) * second) ->
  history before = newest_one :: map at_ L ->
  StronglySorted Z.lt L -> incl L (ages D ws) -> incl (anchors D ws) L ->
  history (after_runs ps l ws before) = [newest_one; at_ (D + sum ws)].
Proof.
  induction ws as [|w ws IH]; intros pre D l L before Eps S W Ne D0 Ll K Pre Op Y Eh SL L1 L2;
    [congruence|].
  cbn [after_runs] in *.
  assert (W' := W). apply wide_tail in W' as [Lw W'].
  rewrite count_cons in K. pose proof (count_pos ws) as Kp.
  assert (St : history (Run (only ps) (moment_of l) :: before)
               = newest_one :: map at_ (anchors D (w :: ws))).
  { subst ps. apply run_leaves_anchors with (L := L); auto.
    - eapply steady_after; eauto.
    - rewrite count_cons. lia.
    - intros p span I F. specialize (Y p span I F). unfold second in *. lia. }
  destruct ws as [|w' ws].
  - cbn [after_runs]. rewrite St. simpl. do 3 f_equal. lia.
  - replace (D + sum (w :: w' :: ws)) with (D + w + sum (w' :: ws)) by (simpl; lia).
    apply (IH (pre ++ [Pair (Some ((s + (D + w) + l) * second)) ((w + 1) * second)])
             (D + w) (l + 1) (anchors D (w :: w' :: ws))); auto; try lia.
    + rewrite Eps, <- app_assoc. reflexivity.
    + discriminate.
    + intros p I. apply in_app_or in I as [I|[<-|[]]].
      * destruct (Pre p I) as (span & F & Lt). exists span. split; auto. unfold second in *. lia.
      * eexists. split; [reflexivity|]. unfold second. lia.
    + assert (A := anchors_sorted (w :: w' :: ws) D W). now inversion A.
    + intros a I. change (In a (D + w :: anchors (D + w) (w' :: ws))) in I.
      destruct I as [<-|I]; [|now apply anchors_ages].
      destruct (ages_head (D + w) (w' :: ws)) as [rest ->]. now left.
    + intros a I. change (In a (D + w :: anchors (D + w) (w' :: ws))). now right.
Qed.

(** * The life *)

Definition first_events (ws : list Z) : list event :=
  Start newest_one :: map (fun a => Start (at_ a)) (ages 0 ws).

Lemma starts_after ps ws : forall l before, starts (after_runs ps l ws before) = starts before.
Proof. induction ws as [|w ws IH]; simpl; intros l before; auto. now rewrite IH. Qed.

Lemma starts_first ws : starts (first_events ws) = newest_one :: map at_ (ages 0 ws).
Proof.
  unfold first_events. rewrite starts_start. f_equal.
  induction (ages 0 ws) as [|a l IH]; simpl; auto. now rewrite <- IH.
Qed.

Lemma history_first ws : history (first_events ws) = newest_one :: map at_ (ages 0 ws).
Proof.
  unfold first_events. simpl. f_equal. induction (ages 0 ws); simpl; congruence.
Qed.

Lemma runs_after ps ws : forall l before,
  chain (fun a b : options * moment => local_now (snd b) <= local_now (snd a)) (runs before) ->
  (forall r, In r (runs before) -> local_now (snd r) <= (T + s + l) * second) ->
  (forall r, In r (runs before) -> fst r = only ps /\ local_now (snd r) mod second = 0) ->
  chain (fun a b : options * moment => local_now (snd b) <= local_now (snd a))
    (runs (after_runs ps l ws before))
  /\ forall r, In r (runs (after_runs ps l ws before)) ->
       fst r = only ps /\ local_now (snd r) mod second = 0.
Proof.
  induction ws as [|w ws IH]; cbn [after_runs]; intros l before C Le O; auto.
  apply IH; change (runs (Run (only ps) (moment_of l) :: before))
    with ((only ps, moment_of l) :: runs before).
  - destruct (runs before) as [|r rs] eqn:E; [exact I|]. split; auto. apply Le. now left.
  - intros r [<-|I]; [simpl; unfold second; lia|]. specialize (Le r I). unfold second in *. lia.
  - intros r [<-|I]; auto. split; auto. simpl. apply Z.mod_mul. discriminate.
Qed.

Lemma runs_first ws : runs (first_events ws) = [].
Proof. unfold first_events. simpl. induction (ages 0 ws); simpl; auto. Qed.

Lemma chain_map {A B} (f : A -> B) (R : B -> B -> Prop) (Q : A -> A -> Prop) l :
  (forall x y, Q x y -> R (f x) (f y)) -> chain Q l -> chain R (map f l).
Proof.
  intros H. induction l as [|x l IH]; [auto|]. destruct l as [|y l]; [simpl; auto|].
  intros [A1 A2]. split; [auto | exact (IH A2)].
Qed.

Lemma newest_chain ws : wide ws -> chain next (- s :: ages 0 ws).
Proof.
  intros W. assert (C := ages_chain ws 0 W). destruct (ages_head 0 ws) as [rest E].
  rewrite E in *. split; auto. unfold next. lia.
Qed.

Lemma at_distinct L : StronglySorted Z.lt L -> distinct (map at_ L).
Proof.
  unfold distinct. induction 1 as [|a l Sl IH F]; simpl; constructor; auto.
  rewrite map_map, in_map_iff. intros (b & Eb & Ib). rewrite Forall_forall in F.
  specialize (F b Ib). simpl in Eb. lia.
Qed.

Lemma life_is_steady ps ws : wide ws -> (forall p, In p ps -> 0 <= interval p) ->
  steady ps (s * second) (after_runs ps 1 ws (first_events ws)).
Proof.
  intros W Neg.
  destruct (runs_after ps ws 1 (first_events ws)) as [Rc Ro]; try (rewrite runs_first).
  1: exact I. 1-2: intros r [].
  assert (St : starts (after_runs ps 1 ws (first_events ws)) = map at_ (- s :: ages 0 ws))
    by (rewrite starts_after, starts_first; reflexivity).
  assert (Ch := newest_chain ws W).
  constructor; try rewrite St; auto.
  - intros o now I. apply Ro in I as [I _]. simpl in I. subst o. repeat split.
  - apply at_distinct, chain_ordered; [intros; lia|].
    revert Ch. generalize (- s :: ages 0 ws). induction l as [|a l IH]; simpl; auto.
    destruct l as [|b l]; auto. intros [N C]. split; [unfold next in N; lia | auto].
  - intros b I. apply in_map_iff in I as (a & <- & _). simpl. apply Z.mod_mul. discriminate.
  - intros b I. apply in_map_iff in I as (a & <- & _). reflexivity.
  - apply (chain_map at_ _ next); auto. intros a b N. unfold next in N.
    unfold at_, second. simpl. lia.
  - apply (chain_map at_ _ next); auto. intros a b N. unfold next in N.
    unfold at_, second. simpl. lia.
  - unfold second. lia.
Qed.

(** * The bound *)

Lemma frames_intervals ws : forall D l,
  map interval (frames_of D l ws) = map (fun w => (w + 1) * second) ws.
Proof.
  induction ws as [|w ws IH]; intros D l; [reflexivity|]. cbn [frames_of map interval].
  f_equal. apply IH.
Qed.

(** The longest frame, and what is known of all. *)
Lemma frames_last ws : forall D l, wide ws -> ws <> [] ->
  exists p, In p (frames_of D l ws)
    /\ frame p = Some ((s + (D + sum ws) + l + count ws - 1) * second)
    /\ forall q, In q (frames_of D l ws) -> not_longer (frame q) (frame p) = true.
Proof.
  induction ws as [|w ws IH]; intros D l W Ne; [congruence|].
  apply wide_tail in W as [Lw W]. rewrite count_cons. cbn [frames_of].
  destruct ws as [|w' ws].
  - eexists. split; [now left|]. simpl frame. split; [f_equal; f_equal; simpl; rewrite ?count_nil; lia|].
    intros q [<-|[]]. simpl. apply Z.leb_refl.
  - destruct (IH (D + w) (l + 1) W ltac:(discriminate)) as (p & I & F & L).
    exists p. split; [now right|]. split.
    + rewrite F. f_equal. f_equal. simpl sum. lia.
    + intros q [<-|J]; [|now apply L].
      destruct (frames_longer _ _ _ p W I) as (span & E & Ls). rewrite E. simpl.
      apply Z.leb_le. unfold second in *. lia.
Qed.

Lemma frames_distinct ws : forall D l, wide ws -> NoDup (map frame (frames_of D l ws)).
Proof.
  induction ws as [|w ws IH]; intros D l W; [constructor|].
  apply wide_tail in W as [Lw W]. simpl. constructor; [|now apply IH].
  rewrite in_map_iff. intros (p & E & I). apply frames_longer in I as (span & F & L); auto.
  rewrite F in E. inversion E. subst. unfold second in *. lia.
Qed.

Lemma firsts_id ps : NoDup (map frame ps) -> firsts ps = ps.
Proof.
  induction ps as [|p ps IH]; simpl; intros D; auto. inversion D; subst. rewrite IH by auto.
  f_equal. apply filter_all. intros q I. apply negb_true_iff, not_true_iff_false. intros E.
  apply same_frame_eq in E. apply H1. rewrite E. now apply in_map.
Qed.

Lemma whole_below w : whole_seconds_below ((w + 1) * second) = w * second.
Proof.
  unfold whole_seconds_below, second.
  replace ((w + 1) * 10000000 - 1) with (9999999 + w * 10000000) by lia.
  rewrite Z.div_add by lia. reflexivity.
Qed.

Lemma bound_is_sum ws D l p : wide ws ->
  (forall q, In q (frames_of D l ws) -> not_longer (frame q) (frame p) = true) ->
  gap_bound (frames_of D l ws) p (s * second) = (s + sum ws) * second.
Proof.
  intros W L. unfold gap_bound. rewrite firsts_id by now apply frames_distinct.
  rewrite filter_all.
  - clear L. revert D l W. induction ws as [|w ws IH]; intros D l W; simpl; [lia|].
    apply wide_tail in W as [_ W]. rewrite (IH (D + w) (l + 1) W), whole_below. lia.
  - intros q I. rewrite (L q I). simpl. apply negb_true_iff, Z.eqb_neq.
    assert (J : In (interval q) (map interval (frames_of D l ws))) by now apply in_map.
    rewrite frames_intervals in J. apply in_map_iff in J as (w & <- & J).
    specialize (W w J). unfold second. lia.
Qed.
End Reached.

Theorem bound_is_reached_ok : bound_is_reached.
Proof.
  intros longest intervals frames Ne Wi Ll Lm.
  set (k := count intervals). set (s := longest / second).
  set (ws := map (fun i => i / second - 1) intervals).
  assert (K1 : 1 <= k).
  { unfold k. destruct intervals as [|i l]; [congruence|]. rewrite count_cons.
    pose proof (count_pos l). lia. }
  assert (Es : longest = s * second).
  { unfold s. assert (E := Z.div_mod longest second ltac:(discriminate)). lia. }
  assert (Ks : k + 1 <= s).
  { unfold frames in Ll. fold k in Ll. rewrite Es in Ll. unfold second in *. lia. }
  assert (Ew : intervals = map (fun w => (w + 1) * second) ws).
  { unfold ws. rewrite map_map. rewrite <- (map_id intervals) at 1. apply map_ext_in.
    intros i I. destruct (Wi i I) as [_ M].
    assert (E := Z.div_mod i second ltac:(discriminate)). lia. }
  assert (W : wide k ws).
  { intros w I. unfold ws in I. apply in_map_iff in I as (i & <- & I).
    destruct (Wi i I) as [L M]. unfold frames in L. fold k in L.
    assert (E := Z.div_mod i second ltac:(discriminate)). unfold second in *. lia. }
  assert (Kc : count ws = k) by (unfold ws, k, count; now rewrite map_length).
  assert (Nw : ws <> []) by (unfold ws; destruct intervals; [congruence | discriminate]).
  set (T := sum ws + k).
  set (ps := frames_of s 0 1 ws).
  destruct (frames_last k s K1 ws 0 1 W Nw) as (p & Ip & Fp & Longest).
  assert (Neg : forall q, In q ps -> 0 <= interval q).
  { intros q I. assert (J : In (interval q) (map interval ps)) by now apply in_map.
    unfold ps in J. rewrite frames_intervals in J. apply in_map_iff in J as (w & <- & J).
    specialize (W w J). unfold second. lia. }
  assert (St := life_is_steady k T s K1 Ks ps ws W Neg).
  assert (Hi : history (after_runs T s ps 1 ws (first_events k T s ws))
               = [newest_one T s; at_ T (0 + sum ws)]).
  { apply (all_runs k T s K1 Ks ps ws [] 0 1 (ages k 0 ws)); auto; try lia.
    - intros q [].
    - apply (frames_ordered k s K1); auto.
    - intros q span I F. specialize (Longest q I). rewrite F, Fp in Longest. simpl in Longest.
      apply Z.leb_le in Longest. rewrite Kc in Longest. unfold T. unfold second in *. lia.
    - apply history_first.
    - apply (ages_sorted k s K1 Ks); auto.
    - apply incl_refl.
    - apply anchors_ages. }
  (* the last event is the last run *)
  assert (Last : forall l vs before, vs <> [] -> exists events,
            after_runs T s ps l vs before
            = Run (only ps) (moment_of T s (l + count vs - 1)) :: events).
  { intros l vs. revert l. induction vs as [|v vs IH]; intros l before Nv; [congruence|].
    destruct vs as [|v' vs].
    - exists before. simpl. do 3 f_equal. rewrite count_cons, count_nil. lia.
    - destruct (IH (l + 1) (Run (only ps) (moment_of T s l) :: before) ltac:(discriminate))
        as [events E].
      exists events. cbn [after_runs] in *. rewrite E. do 3 f_equal. rewrite !count_cons. lia. }
  destruct (Last 1 ws (first_events k T s ws) Nw) as [events E].
  rewrite E in St, Hi. rewrite Kc in *.
  exists ps, (only ps), (moment_of T s (1 + k - 1)), events, (newest_one T s), (at_ T (0 + sum ws)), p.
  split; [unfold ps; rewrite frames_intervals; now symmetry|].
  split; [|split; [|split; [|split; [|split]]]].
  - intros q I. split; [now apply Longest|].
    assert (G : forall vs D l, 0 <= D -> 1 <= l -> In q (frames_of s D l vs) ->
              wide k vs -> exists span, frame q = Some span /\ interval q < span
                                   /\ span mod second = 0).
    { induction vs as [|v vs IH]; intros D l HD Hl J Wv; [contradiction|].
      apply wide_tail in Wv as [Lv Wv]. destruct J as [<-|J].
      - eexists. split; [reflexivity|]. split; [simpl; unfold second; lia|].
        apply Z.mod_mul. discriminate.
      - apply (IH (D + v) (l + 1)); auto; lia. }
    apply (G ws 0 1); auto; lia.
  - rewrite <- E. intros r Ir.
    destruct (runs_after T s ps ws 1 (first_events k T s ws)) as [_ Ro]; try (rewrite runs_first).
    1: exact I. 1-2: intros ? [].
    now apply Ro.
  - now rewrite Es.
  - exact Hi.
  - (* only the longest frame reaches it *)
    pose proof (frame_is_shortest_ok (local_now (moment_of T s (1 + k - 1))) ps
                  (at_ T (0 + sum ws))) as F.
    destruct (frame_of _ ps _) as [q|].
    + destruct F as (Iq & Rq & _). f_equal. apply (NoDup_frames ps); auto.
      * apply (frames_distinct k s K1); auto.
      * apply not_longer_antisym; [now apply Longest|]. rewrite Fp.
        unfold reaches in Rq. destruct (frame q) as [f|]; auto. simpl.
        apply Z.leb_le. apply Z.leb_le in Rq. cbn [local_now moment_of local at_] in Rq. unfold second in *. lia.
    + exfalso. specialize (F p Ip). unfold reaches in F. rewrite Fp in F.
      apply Z.leb_gt in F. cbn [local_now moment_of local at_] in F. unfold second in *. lia.
  - rewrite Es. unfold ps. rewrite (bound_is_sum k s K1 ws 0 1 p W Longest).
    unfold newest_one, at_. simpl. unfold second. lia.
Qed.
