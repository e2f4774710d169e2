#!/usr/bin/env bash
# Checks the proofs, prints what each theorem rests on, and builds the oracle, all in proof/build.
# With --coqchk the independent checker of Coq looks at the result once more.
#
# Wants Coq 8.16 and OCaml with zarith and yojson, as Debian 12 has them: see .ci/proof.
set -euo pipefail
cd "$(dirname "$0")"
build=${BUILD:-build}

mkdir -p "$build"
cp theories/*.v oracle/Extract.v oracle/oracle.ml "$build"
cd "$build"

version=$(coqc --print-version | cut -d ' ' -f 1)
case $version in
8.16.*) ;;
*) echo "Coq $version is not 8.16, for which these proofs are written" >&2 && exit 1 ;;
esac

for file in Model Lists Statements Policy Relations Plan Time Reached Examples Theorems; do
    echo "checking $file.v"
    coqc -q -Q . Retention "$file.v"
done

# Every statement has a theorem, and no theorem rests on anything.
statements=$(sed -n 's/^Definition \([a-z_]*\) : Prop :=$/\1/p' Statements.v)
{
    echo 'From Retention Require Import Model Statements.'
    echo 'From Retention Require Theorems.'
    for statement in $statements; do
        echo "Check (Theorems.$statement : Statements.$statement)."
        echo "Print Assumptions Theorems.$statement."
    done
} >Assumptions.v
coqc -q -Q . Retention Assumptions.v >assumptions.txt
paste <(printf '%s\n' $statements) <(grep -E '^(Closed under|Axioms:)' assumptions.txt) | column -t -s $'\t'
closed=$(grep -c '^Closed under the global context$' assumptions.txt)
count=$(wc -w <<<"$statements")
if [ "$closed" != "$count" ]; then
    cat assumptions.txt >&2
    exit 1
fi
echo "$count theorems, none of which rests on an assumption"

if [ "${1-}" = --coqchk ]; then
    coqchk -silent -o -Q . Retention Retention.Theorems Retention.Examples
fi

coqc -q -Q . Retention Extract.v
ocamlfind ocamlopt -package zarith,yojson -linkpkg model.mli model.ml oracle.ml -o oracle
echo "the oracle is $PWD/oracle"
