(** Over time: nothing comes back, and the gap bound. *)

From Coq Require Import ZArith List Bool Lia Permutation Sorted.
From Retention Require Import Model Lists Statements Policy Relations Plan.
Import ListNotations.
Open Scope Z_scope.

(** * Nothing comes back *)

Lemma starts_start b events : starts (Start b :: events) = b :: starts events.
Proof. reflexivity. Qed.

Lemma starts_run o now events : starts (Run o now :: events) = starts events.
Proof. reflexivity. Qed.

Lemma history_starts events : incl (history events) (starts events).
Proof.
  induction events as [|[b|o now] events IH]; intros x I.
  - exact I.
  - rewrite starts_start. destruct I as [->|I]; [now left | right; auto].
  - rewrite starts_run. apply IH. simpl in I. destruct (plan _ _ _); auto.
    now apply without_incl in I.
Qed.

Lemma history_distinct events : distinct (starts events) -> distinct (history events).
Proof.
  induction events as [|[b|o now] events IH]; intros D.
  - exact D.
  - rewrite starts_start in D. unfold distinct in *. simpl. inversion D; subst.
    constructor; auto. rewrite in_map_iff in *. intros (x & E & I). apply H1. exists x.
    split; auto. now apply history_starts.
  - rewrite starts_run in D. simpl. destruct (plan _ _ _); auto. now apply distinct_filter, IH.
Qed.

Lemma starts_app l m : starts (l ++ m) = starts l ++ starts m.
Proof. unfold starts. apply flat_map_app. Qed.

Lemma distinct_app l m : distinct (l ++ m) ->
  distinct l /\ distinct m /\ forall x, In x l -> ~ In x m.
Proof.
  unfold distinct. rewrite map_app, NoDup_app. intros (A & B & C). repeat split; auto.
  intros x I J. apply (C (name x)); now apply in_map.
Qed.

Theorem never_back_ok : never_back.
Proof.
  intros later_ o now earlier deleted b D E I.
  rewrite starts_app, starts_run in D. apply distinct_app in D as (_ & D & N).
  assert (Dh := history_distinct earlier D).
  assert (Inc := plan_incl o now _ deleted Dh E).
  split; auto. revert N. induction later_ as [|[x|o' now'] later_ IH]; simpl; intros N.
  - rewrite E, without_in by auto. tauto.
  - intros [->|H].
    + apply (N b); auto. apply history_starts. auto.
    + apply IH; auto.
  - destruct (plan o' now' _); [|apply IH; auto]. intros H. apply without_incl in H. now apply IH.
Qed.

Theorem survivors_stay_ok : survivors_stay.
Proof.
  intros o now earlier b. simpl. destruct (plan o now (history earlier)) as [deleted|].
  - unfold without. rewrite filter_In, negb_true_iff. split; intros [I H]; split; auto.
    intros d E. inversion E; subst. exact H.
  - split; [|tauto]. intros I. split; auto. discriminate.
Qed.

(** * Sums *)

Section Sums.
  Context (longest : ticks) (weight : pair -> ticks).

  Definition total (f : pair -> bool) (l : list pair) : ticks :=
    fold_right Z.add longest (map weight (filter f l)).

  Lemma total_less (f g : pair -> bool) l :
    (forall q, In q l -> f q = true -> g q = true) ->
    (forall q, In q l -> g q = true -> 0 <= weight q) -> total f l <= total g l.
  Proof.
    unfold total. induction l as [|x l IH]; simpl; intros FG W; [lia|].
    specialize (IH (fun q I => FG q (or_intror I)) (fun q I => W q (or_intror I))).
    specialize (FG x (or_introl eq_refl)). specialize (W x (or_introl eq_refl)).
    destruct (f x); [rewrite FG by auto; simpl; lia|]. destruct (g x); simpl; auto.
    specialize (W eq_refl). lia.
  Qed.

  Lemma total_one_more (f g : pair -> bool) l p :
    (forall q, In q l -> f q = true -> g q = true) ->
    (forall q, In q l -> g q = true -> 0 <= weight q) ->
    In p l -> f p = false -> g p = true -> total f l + weight p <= total g l.
  Proof.
    intros FG W I Fp Gp. induction l as [|x l IH]; [contradiction|].
    assert (L : total f l <= total g l) by (apply total_less; intros; simpl in *; auto).
    unfold total in *. simpl in *.
    destruct I as [->|I].
    - rewrite Fp, Gp. simpl. lia.
    - assert (IH' := IH (fun q J => FG q (or_intror J)) (fun q J => W q (or_intror J)) I).
      specialize (FG x (or_introl eq_refl)). specialize (W x (or_introl eq_refl)).
      destruct (f x); [rewrite FG by auto; simpl; lia|]. destruct (g x); simpl; auto.
      specialize (W eq_refl). lia.
  Qed.

  Lemma total_none l : total (fun _ => false) l = longest.
  Proof. unfold total. induction l; auto. Qed.
End Sums.

Lemma whole_not_negative i : 0 <= i -> (i =? 0) = false -> 0 <= whole_seconds_below i.
Proof.
  intros N Z. apply Z.eqb_neq in Z. unfold whole_seconds_below, second.
  assert (0 <= (i - 1) / 10000000) by (apply Z.div_pos; lia). lia.
Qed.

Lemma whole_seconds x i : x mod second = 0 -> x < i -> x <= whole_seconds_below i.
Proof.
  intros M L. unfold whole_seconds_below, second in *.
  assert (E := Z.div_mod x 10000000 ltac:(lia)). rewrite M in E.
  assert (x / 10000000 <= (i - 1) / 10000000) by (apply Z.div_le_mono; lia). lia.
Qed.

Section Bound.
  Context (ps : list pair) (longest : ticks).
  Hypothesis no_negative : forall p, In p ps -> 0 <= interval p.

  Lemma weights p : forall q, In q (firsts ps) ->
    not_longer (frame q) (frame p) && negb (interval q =? 0) = true ->
    0 <= whole_seconds_below (interval q).
  Proof.
    intros q I H. apply andb_prop in H as [_ H]. apply negb_true_iff in H.
    apply whole_not_negative; auto. apply no_negative. now apply firsts_in.
  Qed.

  Lemma bound_grows q p : not_longer (frame q) (frame p) = true ->
    gap_bound ps q longest <= gap_bound ps p longest.
  Proof.
    intros L. apply total_less with (longest := longest); [|apply weights].
    intros r _ H. apply andb_prop in H as [H1 H2]. rewrite H2, andb_true_r.
    eapply not_longer_trans; eauto.
  Qed.

  Lemma bound_adds q p : In p (firsts ps) -> interval p <> 0 ->
    not_longer (frame p) (frame q) = false ->
    gap_bound ps q longest + whole_seconds_below (interval p) <= gap_bound ps p longest.
  Proof.
    intros I Z L.
    apply total_one_more with (longest := longest) (weight := fun q => whole_seconds_below (interval q));
      auto; [|apply weights| |].
    - intros r _ H. apply andb_prop in H as [H1 H2]. rewrite H2, andb_true_r.
      destruct (not_longer_total (frame q) (frame p)); [|congruence].
      eapply not_longer_trans; eauto.
    - now rewrite L.
    - rewrite not_longer_refl. apply Z.eqb_neq in Z. now rewrite Z.
  Qed.

  Lemma bound_first p : In p (firsts ps) -> interval p <> 0 ->
    longest + whole_seconds_below (interval p) <= gap_bound ps p longest.
  Proof.
    intros I Z.
    rewrite <- (total_none longest (fun q => whole_seconds_below (interval q)) (firsts ps)) at 1.
    apply total_one_more with (longest := longest) (weight := fun q => whole_seconds_below (interval q));
      auto; [discriminate | apply weights |].
    rewrite not_longer_refl. apply Z.eqb_neq in Z. now rewrite Z.
  Qed.

  Lemma bound_least p : longest <= gap_bound ps p longest.
  Proof.
    rewrite <- (total_none longest (fun q => whole_seconds_below (interval q)) (firsts ps)) at 1.
    apply total_less with (longest := longest); [discriminate | apply weights].
  Qed.
End Bound.

(** * Frames over time *)

Lemma frame_rises last now ps d q p : last <= now ->
  frame_of last ps d = Some q -> frame_of now ps d = Some p ->
  not_longer (frame q) (frame p) = true.
Proof.
  intros L A B. pose proof (frame_is_shortest_ok last ps d) as FA.
  pose proof (frame_is_shortest_ok now ps d) as FB. rewrite A in FA. rewrite B in FB.
  destruct FB as (I & R & _). apply FA; auto.
  unfold reaches in *. destruct (frame p); auto. rewrite Z.leb_le in *. lia.
Qed.

Lemma frame_older now ps a b p : local a <= local b -> frame_of now ps a = Some p ->
  exists q, frame_of now ps b = Some q /\ not_longer (frame q) (frame p) = true.
Proof.
  intros L A. pose proof (frame_is_shortest_ok now ps a) as FA.
  pose proof (frame_is_shortest_ok now ps b) as FB. rewrite A in FA.
  destruct FA as (I & R & _).
  assert (R' : reaches now p b = true)
    by (unfold reaches in *; destruct (frame p); auto; rewrite Z.leb_le in *; lia).
  destruct (frame_of now ps b) as [q|].
  - exists q. split; auto. now apply FB.
  - rewrite FB in R'; auto. discriminate.
Qed.

(** * A run of the policy alone *)

Definition older_first_utc (a b : backup) : bool := utc b <=? utc a.

Lemma chain_ordered {A} (R : A -> A -> Prop) l :
  (forall a b c, R a b -> R b c -> R a c) -> chain R l -> StronglySorted R l.
Proof.
  intros T. induction l as [|x l IH]; simpl; intros C; [constructor|].
  destruct l as [|y l]; [repeat constructor|]. destruct C as [Rxy C]. specialize (IH C).
  constructor; auto. inversion IH; subst. constructor; auto.
  rewrite Forall_forall in *. intros z I. eapply T; eauto.
Qed.

Lemma history_sorted R events : StronglySorted R (starts events) -> StronglySorted R (history events).
Proof.
  induction events as [|[b|o now] events IH]; intros S.
  - exact S.
  - rewrite starts_start in S. simpl. inversion S; subst. constructor; auto.
    rewrite Forall_forall in *. intros x I. apply H2. now apply history_starts.
  - rewrite starts_run in S. specialize (IH S). simpl. destruct (plan _ _ _); auto.
    unfold without. induction (history events) as [|x m IHm]; simpl; [constructor|].
    inversion IH; subst. destruct (negb (member x l)); auto. constructor; auto.
    rewrite Forall_forall in *. intros y I. apply filter_In in I as [I _]. auto.
Qed.

Lemma sorted_imp {A} (R Q : A -> A -> Prop) l :
  (forall a b, R a b -> Q a b) -> StronglySorted R l -> StronglySorted Q l.
Proof.
  intros H. induction 1; constructor; auto. rewrite Forall_forall in *. auto.
Qed.

Lemma steady_tail ps longest e events : steady ps longest (e :: events) -> steady ps longest events.
Proof.
  assert (T : forall (X : Type) (R : X -> X -> Prop) x l, chain R (x :: l) -> chain R l)
    by (intros X R x l; destruct l; simpl; tauto).
  intros [A B C D E F G H I]. destruct e as [x|o now].
  - rewrite starts_start in *. constructor; eauto; try (intros; simpl in *; eauto; fail).
    unfold distinct in *. simpl in C. now inversion C.
  - rewrite starts_run in *. change (runs (Run o now :: events)) with ((o, now) :: runs events) in *.
    constructor; eauto; intros; simpl in *; eauto.
Qed.

Lemma steady_sorted ps longest events : steady ps longest events ->
  ordered newer_first (history events) /\ ordered older_first_utc (history events).
Proof.
  intros S.
  assert (G : StronglySorted (fun b a => utc a <= utc b /\ local a <= local b) (starts events))
    by (apply chain_ordered; [intros a b c; lia | apply (starts_in_order _ _ _ S)]).
  apply history_sorted in G. split; (eapply sorted_imp; [|exact G]); intros a b [A B];
    unfold newer_first, older_first_utc; now apply Z.leb_le.
Qed.

Lemma sorted_plan ps longest o now events deleted :
  steady ps longest (Run o now :: events) -> ps <> [] ->
  plan o now (history events) = Some deleted ->
  forall b, In b deleted
    <-> In b (policy_deletes (local_now now) ps (allow_full_removal o) (history events)).
Proof.
  intros S Ne E b. assert (S' := steady_tail _ _ _ _ S).
  assert (D := history_distinct events (new_backups _ _ _ S')).
  destruct (steady_sorted _ _ _ S') as [Sl Su].
  assert (Ev : by_true_time (history events) = history events).
  { apply sort_id; auto. }
  assert (El : by_local_time (history events) = history events).
  { apply sort_id; auto. }
  rewrite (union_ok o now _ deleted D E), Ev.
  destruct (one_policy _ _ _ S o now (or_introl eq_refl)) as (Ep & Ek & En & Em).
  assert (C : chosen o now (history events)
            = policy_deletes (local_now now) ps (allow_full_removal o) (history events)).
  { assert (N : forall l k, named_versions (named o) k l = [])
      by (induction l as [|x l IH]; simpl; intros k; auto; rewrite Em; apply IH).
    unfold chosen. rewrite Ek, En, Ep, N. unfold keep_versions_deletes. simpl.
    apply app_nil_r. }
  rewrite C.
  assert (L : locked now (history events) b = false).
  { unfold locked, lock. destruct (find _ _) as [v|] eqn:F; auto. apply find_some in F as [I _].
    rewrite (no_locks _ _ _ S' v); auto. now apply history_starts. }
  rewrite L. split; [tauto|]. intros I. repeat split; auto.
  intros [[A All] H].
  destruct (history events) as [|n others] eqn:Eh; [discriminate|].
  assert (Ca : case ps (n :: others) n others) by (repeat split; auto).
  assert (In n (policy_deletes (local_now now) ps (allow_full_removal o) (n :: others))) as In_.
  { rewrite <- C. apply All. now left. }
  apply (newest_rule_ok _ _ _ _ _ _ Ca) in In_ as [In_ _]. congruence.
Qed.

(** * The invariant of the induction

    The versions are those that were left by the last run with any effect, at [last], without the
    newest: [old]; and the newest of then and the backups made since: [fresh]. *)

Record bounded (ps : list pair) (longest last : ticks) (fresh old : list backup) : Prop := {
  none_fresh : fresh = [] -> old = [];
  old_in_frame : forall d, In d old -> exists p, frame_of last ps d = Some p;
  old_spaced : forall a b p, behind old a b -> full a = true -> full b = true ->
    frame_of last ps a = Some p -> frame_of last ps b = Some p -> interval p <= local b - local a;
  gaps : forall u b d v, fresh ++ old = u ++ b :: d :: v ->
    local b - local d <= longest
    \/ In d old /\ exists p, frame_of last ps d = Some p
                     /\ local b - local d <= gap_bound ps p longest
}.

Definition head_is_last_start (events : list event) : Prop :=
  history events = [] \/ hd_error (history events) = hd_error (starts events).

(** What a run leaves. *)
Lemma run_leaves ps longest o now events fresh old last :
  steady ps longest (Run o now :: events) -> ps <> [] ->
  history events = fresh ++ old -> bounded ps longest last fresh old -> last <= local_now now ->
  head_is_last_start events -> forall deleted, plan o now (history events) = Some deleted ->
  exists fresh' old', history (Run o now :: events) = fresh' ++ old'
    /\ bounded ps longest (local_now now) fresh' old'
    /\ head_is_last_start (Run o now :: events).
Proof.
  intros S Ne Eh B Ll Hd deleted E. assert (S' := steady_tail _ _ _ _ S).
  assert (D := history_distinct events (new_backups _ _ _ S')).
  destruct (steady_sorted _ _ _ S') as [Sl Su].
  assert (P := sorted_plan _ _ _ _ _ _ S Ne E).
  set (dels := policy_deletes (local_now now) ps (allow_full_removal o) (history events)) in *.
  assert (Inc := plan_incl _ _ _ _ D E).
  assert (W : forall x, In x (without (history events) deleted)
                <-> In x (history events) /\ ~ In x dels).
  { intros x. rewrite without_in, P by auto. reflexivity. }
  unfold head_is_last_start in *. simpl. rewrite E.
  change (starts (Run o now :: events)) with (starts events).
  destruct (history events) as [|n others] eqn:Eo.
  { exists [], []. repeat split; simpl; auto; try contradiction.
    - intros a b p (u & v & G & _). now destruct u.
    - intros [|y u] b d v G; discriminate. }
  assert (Ca : case ps (n :: others) n others).
  { repeat split; auto. apply sort_id; auto. }
  destruct (case_facts _ _ _ _ Ca) as (Dn & _ & _ & _).
  assert (Sn : forall x, In x others -> local x <= local n).
  { unfold ordered in Sl. inversion Sl as [|? ? _ F]; subst. rewrite Forall_forall in F.
    intros x I. apply Z.leb_le. now apply F. }
  assert (So : ordered newer_first others) by (unfold ordered in Sl; now inversion Sl).
  assert (M : forall x, In x (n :: others) -> (negb (member x deleted) = false <-> In x dels)).
  { intros x I. rewrite negb_false_iff, <- P. now apply (member_in (n :: others)). }
  destruct (negb (member n deleted)) eqn:Mn.
  2: { (* the newest is deleted, and with it all *)
    assert (In n dels) as Nd by (apply M; simpl; auto).
    apply (newest_rule_ok _ _ _ _ _ _ Ca) in Nd as [_ Nd].
    assert (All : without (n :: others) deleted = []).
    { apply nothing_deleted. intros x I. apply W in I as [I Nx].
      destruct I as [<-|I]; [apply Nx, M; simpl; auto|]. apply Nx.
      apply (loop_is_local_rule_ok _ _ _ _ _ _ Ca x I). left. apply out_of_all_frames.
      intros p Ip. specialize (Nd p Ip). destruct (reaches (local_now now) p x) eqn:R; auto.
      rewrite <- Nd. symmetry. apply (reaches_newer _ p n x); auto. apply Z.leb_le. auto. }
    exists [], []. rewrite All. repeat split; simpl; auto; try contradiction.
    - intros a b p (u & v & G & _). now destruct u.
    - intros [|y u] b d v G; discriminate. }
  set (f := fun x => negb (member x deleted)).
  assert (Ef : without (n :: others) deleted = n :: filter f others)
    by (unfold without; simpl; rewrite Mn; reflexivity).
  exists [n], (filter f others). rewrite Ef. split; [reflexivity|].
  split; [|destruct Hd as [Hd|Hd]; [discriminate|auto]].
  assert (Fo : forall x, In x (filter f others) <-> In x others /\ ~ In x dels).
  { intros x. rewrite filter_In. unfold f. split; intros [I H]; split; auto.
    - rewrite <- M by (simpl; auto). congruence.
    - apply not_false_iff_true. rewrite M by (simpl; auto). exact H. }
  constructor.
  - discriminate.
  - intros d I. apply Fo in I as [I N].
    exact (survivors_in_frame_ok _ _ _ _ _ _ Ca d I N).
  - intros a b p Bh Fa Fb Ea Eb. destruct (behind_in _ _ _ Bh) as [Ia Ib].
    apply Fo in Ia as [Ia Na]. apply Fo in Ib as [Ib Nb]. apply behind_filter in Bh.
    destruct (Z.leb_spec (interval p) (local b - local a)); auto. exfalso.
    apply (spacing_ok _ _ _ _ _ _ Ca p a b Na Nb). repeat split; auto.
  - intros u b d v G. change ([n] ++ filter f others) with (n :: filter f others) in G.
    right. rewrite <- Ef in G. apply filter_neighbours in G as (l1 & m & l2 & G & Hm & Hb & Hd' & Ev).
    fold f in Hm, Hb, Hd'.
    assert (Ido : In d others).
    { destruct l1 as [|y l1]; inversion G; subst; apply in_or_app; simpl; auto.
      right. right. apply in_or_app. simpl. auto. }
    assert (Id' : In d (filter f others)) by now apply filter_In.
    split; auto. apply Fo in Id' as [_ Nd].
    destruct (survivors_in_frame_ok _ _ _ _ _ _ Ca d Ido Nd) as [p Fp].
    exists p. split; auto.
    assert (Ip : In p (firsts ps)) by (eapply frame_of_in_firsts; eauto).
    assert (Neg := no_negative _ _ _ S).
    destruct m as [|e m].
    + (* they were neighbours before *)
      destruct (gaps _ _ _ _ _ B l1 b d l2) as [L|(_ & q & Fq & L)].
      * rewrite <- Eh. exact G.
      * pose proof (bound_least ps longest Neg p). lia.
      * pose proof (bound_grows ps longest Neg q p (frame_rises _ _ _ _ _ _ Ll Fq Fp)). lia.
    + (* e is the youngest that was deleted between them *)
      simpl in G.
      assert (Ieo : In e others).
      { destruct l1 as [|y l1]; inversion G; subst; simpl; auto.
        apply in_or_app. simpl. auto. }
      assert (Ide : In e dels) by (apply M; [simpl; auto | apply Hm; simpl; auto]).
      assert (Sh : forall x, In x (m ++ d :: l2) -> local x <= local e).
      { intros x I. apply Z.leb_le. apply (ordered_behind newer_first (n :: others)); auto.
        exists (l1 ++ [b]), (m ++ d :: l2). split; auto. rewrite G, <- app_assoc. reflexivity. }
      assert (Led : local d <= local e) by (apply Sh, in_or_app; simpl; auto).
      destruct (frame_older (local_now now) ps d e p Led Fp) as (pe & Fe & Lpe).
      destruct (maximality_ok _ _ _ _ _ _ Ca e pe Ieo Fe Ide)
        as (a & (Fa & _ & Fua & Fue & Bae & Lae) & Nda).
      assert (Bh : behind (n :: others) a e).
      { destruct Bae as (v1 & v2 & -> & I). exists (n :: v1), v2. auto. }
      assert (Ia : In a (m ++ d :: l2)).
      { assert (G' : n :: others = (l1 ++ [b]) ++ e :: (m ++ d :: l2))
          by (rewrite G, <- app_assoc; reflexivity).
        rewrite G' in Bh, Dn. now apply behind_split in Bh. }
      assert (Lad : local a <= local d).
      { apply in_app_or in Ia as [Ia|[->|Ia]]; [exfalso| lia |].
        - apply Nda. apply M; [|apply Hm; simpl; auto].
          rewrite G. apply in_or_app. right. right. right. apply in_or_app. auto.
        - apply Z.leb_le. apply (ordered_behind newer_first (n :: others)); auto.
          exists (l1 ++ b :: e :: m), l2. split; auto. rewrite G, <- app_assoc. reflexivity. }
      assert (pe = p).
      { destruct (frame_older (local_now now) ps a d pe Lad Fa) as (q & Fq & Lq).
        rewrite Fp in Fq. inversion Fq; subst q.
        eapply frame_of_eq; eauto. now apply not_longer_antisym. }
      subst pe.
      assert (Nz : interval p <> 0) by lia.
      assert (Short : local e - local d <= whole_seconds_below (interval p)).
      { apply whole_seconds; [|lia].
        assert (Me := at_whole_seconds _ _ _ S' e).
        assert (Md := at_whole_seconds _ _ _ S' d).
        assert (Ih : forall x, In x others -> In x (starts events))
          by (intros x I; apply history_starts; rewrite Eo; now right).
        rewrite Zminus_mod, Me, Md by auto. reflexivity. }
      destruct (gaps _ _ _ _ _ B l1 b e (m ++ d :: l2)) as [L|(Ieold & q & Fq & L)].
      * rewrite <- Eh. exact G.
      * pose proof (bound_first ps longest Neg p Ip Nz). lia.
      * assert (Lqp := frame_rises _ _ _ _ _ _ Ll Fq Fe).
        destruct (not_longer (frame p) (frame q)) eqn:Lpq.
        2: { pose proof (bound_adds ps longest Neg q p Ip Nz Lpq). lia. }
        (* e lay in this frame before, and so did a: both survived then *)
        exfalso. assert (q = p) by (eapply frame_of_eq; eauto; now apply not_longer_antisym).
        subst q. apply in_split in Ieold as (o1 & o2 & Eold).
        assert (Bold : behind old a e).
        { rewrite Eh, Eold, app_assoc in Bh, Dn.
          apply behind_split in Bh; auto. exists o1, o2. auto. }
        destruct (behind_in _ _ _ Bold) as [Iaold _].
        destruct (old_in_frame _ _ _ _ _ B a Iaold) as [r Fr].
        assert (Lrp := frame_rises _ _ _ _ _ _ Ll Fr Fa).
        assert (Lae' : local a <= local e) by lia.
        destruct (frame_older last ps a e r Lae' Fr) as (s & Fs & Lsr).
        rewrite Fq in Fs. inversion Fs; subst s.
        assert (r = p) by (eapply frame_of_eq; eauto; now apply not_longer_antisym). subst r.
        pose proof (old_spaced _ _ _ _ _ B a e p Bold Fua Fue Fr Fq). lia.
Qed.

Lemma always_bounded ps longest events : steady ps longest events -> ps <> [] ->
  head_is_last_start events
  /\ forall now, (forall r, In r (runs events) -> local_now (snd r) <= now) ->
     exists last fresh old, last <= now /\ history events = fresh ++ old
       /\ bounded ps longest last fresh old.
Proof.
  intros S Ne. induction events as [|e events IH].
  - split; [now left|]. intros now _. exists now, [], []. split; [lia|]. split; auto.
    constructor; simpl; auto; try contradiction.
    + intros a b p (u & v & G & _). now destruct u.
    + intros [|y u] b d v G; discriminate.
  - destruct (IH (steady_tail _ _ _ _ S)) as [Hd All]. clear IH.
    destruct e as [x|o m].
    + split; [right; reflexivity|]. intros now Rn.
      destruct (All now Rn) as (last & fresh & old & Ll & Eh & B).
      exists last, (x :: fresh), old. split; auto. split; [simpl; now rewrite Eh|].
      destruct B as [B1 B2 B3 B4]. constructor; auto; [discriminate|].
      intros [|y u] b d v G; simpl in G; inversion G; subst.
      * left. pose proof (starts_apart _ _ _ S) as C. simpl in C.
        fold (starts events) in C. unfold head_is_last_start in Hd. rewrite Eh, H1 in Hd.
        destruct Hd as [Hd|Hd]; [discriminate|].
        destruct (starts events) as [|z l]; inversion Hd; subst. tauto.
      * eapply B4; eauto.
    + assert (Rm : forall r, In r (runs events) -> local_now (snd r) <= local_now (snd (o, m))).
      { pose proof (runs_in_order _ _ _ S) as C.
        change (runs (Run o m :: events)) with ((o, m) :: runs events) in C.
        apply chain_ordered in C; [|intros a b c A1 A2; lia].
        inversion C; subst. rewrite Forall_forall in H2. exact H2. }
      destruct (All _ Rm) as (last & fresh & old & Ll & Eh & B).
      destruct (plan o m (history events)) as [deleted|] eqn:E.
      * destruct (run_leaves ps longest o m events fresh old last S Ne Eh B Ll Hd deleted E)
          as (fresh' & old' & Eh' & B' & Hd').
        split; auto. intros now Rn. exists (local_now m), fresh', old'. split; [|split; auto].
        apply (Rn (o, m)). now left.
      * unfold head_is_last_start in *. simpl. rewrite E.
        change (starts (Run o m :: events)) with (starts events). split; auto.
Qed.

Theorem gap_is_bounded_ok : gap_is_bounded.
Proof.
  intros ps longest o now events S newer later_ b older p Eh Fp.
  destruct ps as [|p0 ps'] eqn:Eps; [discriminate|]. rewrite <- Eps in *.
  assert (Ne : ps <> []) by congruence. clear Eps p0 ps'.
  destruct (always_bounded _ _ _ S Ne) as [_ All].
  destruct (All (local_now now)) as (last & fresh & old & Ll & Eh' & B).
  { intros r [<-|I]; [simpl; lia|].
    pose proof (runs_in_order _ _ _ S) as C.
    change (runs (Run o now :: events)) with ((o, now) :: runs events) in C.
    apply chain_ordered in C; [|intros x y z A1 A2; lia].
    inversion C; subst. rewrite Forall_forall in H2. apply (H2 r I). }
  rewrite Eh' in Eh. assert (Neg := no_negative _ _ _ S).
  destruct (gaps _ _ _ _ _ B _ _ _ _ Eh) as [L|(_ & q & Fq & L)].
  - pose proof (bound_least ps longest Neg p). lia.
  - pose proof (bound_grows ps longest Neg q p (frame_rises _ _ _ _ _ _ Ll Fq Fp)). lia.
Qed.
