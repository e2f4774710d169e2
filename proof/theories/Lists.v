(** What the proofs need to know of lists, of the stable sort and of taking while. *)

From Coq Require Import ZArith List Bool Lia Permutation Sorted RelationClasses.
From Retention Require Import Model.
Import ListNotations.

(** [a] stands behind [b]. *)
Definition behind {A} (l : list A) (a b : A) : Prop :=
  exists l1 l2, l = l1 ++ b :: l2 /\ In a l2.

Lemma split_unique {A} (l1 l2 m1 m2 : list A) x :
  NoDup (l1 ++ x :: l2) -> l1 ++ x :: l2 = m1 ++ x :: m2 -> l1 = m1 /\ l2 = m2.
Proof.
  revert m1. induction l1 as [|y l1 IH]; intros [|z m1] D E; simpl in *.
  - now inversion E.
  - inversion E; subst. inversion D; subst. exfalso. apply H1.
    apply in_or_app. right. now left.
  - inversion E; subst. inversion D; subst. exfalso. apply H1.
    apply in_or_app. right. now left.
  - inversion E; subst. inversion D; subst. destruct (IH m1); auto. now subst.
Qed.

Lemma behind_split {A} (l1 l2 : list A) a b :
  NoDup (l1 ++ b :: l2) -> (behind (l1 ++ b :: l2) a b <-> In a l2).
Proof.
  intros D; split.
  - intros (m1 & m2 & E & I). destruct (split_unique _ _ _ _ _ D E) as [_ ->]. exact I.
  - intros I. now exists l1, l2.
Qed.

Lemma behind_in {A} (l : list A) a b : behind l a b -> In a l /\ In b l.
Proof.
  intros (l1 & l2 & -> & I). split; apply in_or_app; right; simpl; auto.
Qed.

Lemma NoDup_app {A} (l m : list A) :
  NoDup (l ++ m) <-> NoDup l /\ NoDup m /\ (forall x, In x l -> ~ In x m).
Proof.
  induction l as [|x l IH]; simpl.
  - split; [intros H; repeat split; auto using NoDup_nil | intros (_ & H & _); exact H].
  - split.
    + intros H. inversion H; subst. apply IH in H3 as (A1 & A2 & A3).
      rewrite in_app_iff in H2. repeat split; auto.
      * constructor; auto.
      * intros y [->|Hy]; auto.
    + intros (H1 & H2 & H3). inversion H1; subst. constructor.
      * rewrite in_app_iff. intros [I|I]; auto. apply (H3 x); auto.
      * apply IH. repeat split; auto.
Qed.

Lemma NoDup_filter' {A} (f : A -> bool) l : NoDup l -> NoDup (filter f l).
Proof. apply NoDup_filter. Qed.

(** * The sort *)

Section Sort.
  Context {A : Type} (leb : A -> A -> bool).
  Hypothesis total : forall a b, leb a b = true \/ leb b a = true.
  Hypothesis trans : forall a b c, leb a b = true -> leb b c = true -> leb a c = true.

  Definition ordered := StronglySorted (fun a b => leb a b = true).

  Lemma insert_perm x l : Permutation (insert leb x l) (x :: l).
  Proof.
    induction l as [|y l IH]; simpl; auto. destruct (leb x y); auto.
    rewrite IH. apply perm_swap.
  Qed.

  Lemma sort_perm l : Permutation (sort leb l) l.
  Proof.
    induction l as [|x l IH]; simpl; auto. rewrite insert_perm. now constructor.
  Qed.

  Lemma sort_in l x : In x (sort leb l) <-> In x l.
  Proof.
    split; apply Permutation_in; [|apply Permutation_sym]; apply sort_perm.
  Qed.

  Lemma insert_ordered x l : ordered l -> ordered (insert leb x l).
  Proof.
    unfold ordered. induction l as [|y l IH]; simpl; intros S.
    - constructor; auto.
    - inversion S; subst. destruct (leb x y) eqn:E.
      + constructor; auto. constructor; auto.
        rewrite Forall_forall in *. intros z I. apply (trans x y z); auto.
      + constructor; auto. rewrite Forall_forall in *. intros z I.
        apply (Permutation_in _ (insert_perm x l)) in I as [<-|I]; auto.
        destruct (total x y); congruence.
  Qed.

  Lemma sort_ordered l : ordered (sort leb l).
  Proof.
    induction l as [|x l IH]; simpl; [constructor|]. now apply insert_ordered.
  Qed.

  Lemma sort_id l : ordered l -> sort leb l = l.
  Proof.
    unfold ordered. induction l as [|x l IH]; simpl; intros S; auto. inversion S; subst.
    rewrite IH; auto. destruct l as [|y l]; simpl; auto.
    rewrite Forall_forall in H2. rewrite H2; simpl; auto.
  Qed.

  Lemma insert_filter f x l : ordered l ->
    filter f (insert leb x l) = if f x then insert leb x (filter f l) else filter f l.
  Proof.
    unfold ordered. induction l as [|y l IH]; simpl; intros S.
    - now destruct (f x).
    - inversion S; subst. destruct (leb x y) eqn:E; simpl.
      + destruct (f x) eqn:F; [|now destruct (f y)].
        destruct (f y); simpl; [now rewrite E|].
        clear - H2 E trans. rewrite Forall_forall in H2.
        assert (G : forall z, In z (filter f l) -> leb x z = true).
        { intros z I. apply filter_In in I as [I _]. apply (trans x y z); auto. }
        destruct (filter f l) as [|z m]; simpl; auto. rewrite G; simpl; auto.
      + rewrite IH; auto. destruct (f x), (f y); simpl; auto. now rewrite E.
  Qed.

  Lemma sort_filter f l : sort leb (filter f l) = filter f (sort leb l).
  Proof.
    induction l as [|x l IH]; simpl; auto. rewrite insert_filter by apply sort_ordered.
    rewrite <- IH. now destruct (f x).
  Qed.

  (** Without equal elements there is only one sorted list. *)
  Lemma ordered_unique l m :
    ordered l -> ordered m -> Permutation l m ->
    (forall a b, In a l -> In b l -> leb a b = true -> leb b a = true -> a = b) -> l = m.
  Proof.
    unfold ordered. revert m. induction l as [|x l IH]; intros m S T P U.
    - symmetry. now apply Permutation_nil.
    - destruct m as [|y m]; [apply Permutation_sym, Permutation_nil in P; discriminate|].
      inversion S; subst. inversion T; subst.
      rewrite Forall_forall in *.
      assert (x = y).
      { assert (In y (x :: l)) as Iy
            by (apply (Permutation_in _ (Permutation_sym P)); now left).
        assert (In x (y :: m)) as Ix by (apply (Permutation_in _ P); now left).
        destruct Iy as [->|Iy]; auto. destruct Ix as [->|Ix]; auto.
        apply U; simpl; auto. }
      subst y. f_equal. apply IH; auto.
      + eapply Permutation_cons_inv; eauto.
      + intros a b Ia Ib. apply U; simpl; auto.
  Qed.

  Lemma sort_unique l m :
    Permutation l m ->
    (forall a b, In a l -> In b l -> leb a b = true -> leb b a = true -> a = b) ->
    sort leb l = sort leb m.
  Proof.
    intros P U. apply ordered_unique; try apply sort_ordered.
    - rewrite !sort_perm. exact P.
    - intros a b Ia Ib. apply U; now apply sort_in.
  Qed.

  Lemma ordered_app l m : ordered (l ++ m) ->
    ordered l /\ ordered m /\ (forall x y, In x l -> In y m -> leb x y = true).
  Proof.
    unfold ordered. induction l as [|x l IH]; simpl; intros S.
    - split; [constructor | split; auto; contradiction].
    - inversion S; subst. destruct (IH H1) as (A1 & A2 & A3). rewrite Forall_forall in H2.
      repeat split; auto.
      + constructor; auto. rewrite Forall_forall. intros z I. apply H2. apply in_or_app. auto.
      + intros a b [->|Ia] Ib; auto. apply H2. apply in_or_app. auto.
  Qed.

  Lemma ordered_behind l a b : ordered l -> behind l a b -> leb b a = true.
  Proof.
    intros S (l1 & l2 & -> & I). apply ordered_app in S as (_ & S & _).
    inversion S; subst. rewrite Forall_forall in H2. auto.
  Qed.

  Lemma ordered_filter f l : ordered l -> ordered (filter f l).
  Proof.
    unfold ordered. induction l as [|x l IH]; simpl; intros S; [constructor|].
    inversion S; subst. destruct (f x); auto. constructor; auto.
    rewrite Forall_forall in *. intros y I. apply filter_In in I as [I _]. auto.
  Qed.

  (** The sorted list with one element more, which stands somewhere in it. *)
  Lemma insert_in_both x u q v : ordered (u ++ q :: v) ->
    exists u' v', insert leb x (u ++ q :: v) = u' ++ q :: v'
      /\ insert leb x (u ++ v) = u' ++ v'
      /\ (forall y, In y u -> In y u')
      /\ (leb x q = true -> In x u').
  Proof.
    induction u as [|y u IH]; simpl; intros S.
    - destruct (leb x q) eqn:E.
      + exists [x], v. repeat split; simpl; auto; try contradiction.
        inversion S; subst. rewrite Forall_forall in H2.
        destruct v as [|z v]; simpl; auto.
        rewrite (trans x q z); auto. apply H2. now left.
      + exists [], (insert leb x v). repeat split; simpl; auto; try contradiction; try discriminate.
    - inversion S; subst. destruct (leb x y) eqn:E.
      + exists (x :: y :: u), v. repeat split; simpl; auto.
      + destruct (IH H1) as (u' & v' & E1 & E2 & K & F).
        exists (y :: u'), v'. rewrite E1, E2. repeat split; simpl; auto.
        intros z [->|I]; auto.
  Qed.

  Lemma sort_one_more l1 p l2 q l3 : leb p q = true ->
    exists u v, sort leb (l1 ++ p :: l2 ++ q :: l3) = u ++ q :: v
      /\ sort leb (l1 ++ p :: l2 ++ l3) = u ++ v /\ In p u.
  Proof.
    intros E.
    assert (G : exists u v, sort leb (l2 ++ q :: l3) = u ++ q :: v
                       /\ sort leb (l2 ++ l3) = u ++ v).
    { induction l2 as [|x l2 IH]; simpl.
      - generalize (sort leb l3). intros l. induction l as [|y l (u & v & E1 & E2)]; simpl.
        + now exists [], [].
        + destruct (leb q y); [now exists [], (y :: l)|].
          exists (y :: u), v. now rewrite E1, E2.
      - destruct IH as (u & v & E1 & E2).
        destruct (insert_in_both x u q v) as (u' & v' & F1 & F2 & _).
        + rewrite <- E1. apply sort_ordered.
        + exists u', v'. now rewrite E1, E2. }
    destruct G as (u & v & E1 & E2).
    destruct (insert_in_both p u q v) as (u' & v' & F1 & F2 & _ & F).
    { rewrite <- E1. apply sort_ordered. }
    specialize (F E). rewrite <- E1 in F1. rewrite <- E2 in F2.
    clear - F1 F2 F total trans. induction l1 as [|x l1 IH]; simpl.
    - now exists u', v'.
    - destruct IH as (u & v & E1 & E2 & I).
      destruct (insert_in_both x u q v) as (u2 & v2 & G1 & G2 & K & _).
      + rewrite <- E1. apply sort_ordered.
      + exists u2, v2. rewrite E1, E2. auto.
  Qed.
End Sort.

Lemma sort_map {A B} (f : A -> B) lea leb l :
  (forall a b, leb (f a) (f b) = lea a b) -> sort leb (map f l) = map f (sort lea l).
Proof.
  intros E. induction l as [|x l IH]; simpl; auto. rewrite IH. clear IH.
  induction (sort lea l) as [|y m IH]; simpl; auto. rewrite E.
  destruct (lea x y); simpl; congruence.
Qed.

(** * Taking while *)

Lemma take_drop {A} (f : A -> bool) l : take_while f l ++ drop_while f l = l.
Proof. induction l as [|x l IH]; simpl; auto. destruct (f x); simpl; congruence. Qed.

Lemma take_in {A} (f : A -> bool) l x : In x (take_while f l) -> f x = true.
Proof.
  induction l as [|y l IH]; simpl; [contradiction|]. destruct (f y) eqn:E; simpl; [|contradiction].
  intros [<-|I]; auto.
Qed.

Lemma drop_in {A} (leb : A -> A -> bool) (f : A -> bool) l x :
  (forall a b, leb a b = true -> f b = true -> f a = true) ->
  ordered leb l -> In x (drop_while f l) -> f x = false.
Proof.
  intros M. unfold ordered. induction l as [|y l IH]; simpl; intros S I; [contradiction|].
  inversion S; subst. destruct (f y) eqn:E; auto.
  destruct I as [<-|I]; auto. destruct (f x) eqn:F; auto.
  rewrite Forall_forall in H2. rewrite <- E. symmetry. apply (M y x); auto.
Qed.

Lemma take_none {A} (f : A -> bool) l : (forall x, In x l -> f x = false) -> take_while f l = [].
Proof. destruct l; simpl; auto. intros H. now rewrite H by auto. Qed.

Lemma drop_none {A} (f : A -> bool) l : (forall x, In x l -> f x = false) -> drop_while f l = l.
Proof. destruct l; simpl; auto. intros H. now rewrite H by auto. Qed.

Lemma take_app_false {A} (f : A -> bool) l x : f x = false ->
  take_while f (l ++ [x]) = take_while f l.
Proof.
  intros E. induction l as [|y l IH]; simpl; [now rewrite E|]. destruct (f y); congruence.
Qed.

Lemma drop_app_false {A} (f : A -> bool) l x : f x = false ->
  drop_while f (l ++ [x]) = drop_while f l ++ [x].
Proof.
  intros E. induction l as [|y l IH]; simpl; [now rewrite E|]. destruct (f y); auto.
Qed.

(** Two neighbours after a filter, and what was between them. *)
Lemma filter_neighbours {A} (f : A -> bool) l u b d v :
  filter f l = u ++ b :: d :: v ->
  exists l1 m l2, l = l1 ++ b :: m ++ d :: l2
    /\ (forall e, In e m -> f e = false) /\ f b = true /\ f d = true /\ v = filter f l2.
Proof.
  revert u. induction l as [|x l IH]; simpl; intros u E; [destruct u; discriminate|].
  destruct (f x) eqn:F.
  - destruct u as [|y u]; simpl in E; inversion E; subst.
    + clear IH E. rename H1 into E.
      assert (exists m l2, l = m ++ d :: l2 /\ (forall e, In e m -> f e = false) /\ f d = true
        /\ v = filter f l2) as (m & l2 & -> & H1 & H2 & H3).
      { clear F. revert E. induction l as [|y l IH]; simpl; intros E; [discriminate|].
        destruct (f y) eqn:F.
        - inversion E; subst. exists [], l. repeat split; auto. contradiction.
        - destruct (IH E) as (m & l2 & -> & H1 & H2 & H3). exists (y :: m), l2.
          repeat split; auto. intros e [<-|I]; auto. }
      exists [], m, l2. repeat split; auto.
    + destruct (IH u H1) as (l1 & m & l2 & -> & H). exists (y :: l1), m, l2. auto.
  - destruct (IH u E) as (l1 & m & l2 & -> & H). exists (x :: l1), m, l2. auto.
Qed.
