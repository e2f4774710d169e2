#!/usr/bin/env bash
# Makes one mutation in the model after the other. Each must break a proof or be caught by the kit:
#
#   proof/mutants.sh target/debug/duplicati-retention
#
# Wants what check.sh wants.
set -euo pipefail
kit=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missed=0

# The mutation in words, and a sed script that makes it.
mutant() {
    rm -rf "${work:?}/"*
    cp theories/*.v oracle/Extract.v oracle/oracle.ml "$work"
    sed -E -i -- "$2" "$work/Model.v"
    if cmp -s theories/Model.v "$work/Model.v"; then
        echo "this changes nothing: $1" >&2 && exit 1
    fi
    (
        cd "$work"
        coqc -q -Q . Retention Model.v || exit 1
        proof="no proof breaks"
        for file in Lists Statements Policy Relations Plan Time Reached Examples Theorems; do
            if ! coqc -q -Q . Retention "$file.v" >log 2>&1; then
                # The first theorem or lemma above the place of the error.
                line=$(sed -n 's/^File .*, line \([0-9]*\),.*/\1/p' log | head -1)
                broken=$(head -n "$line" "$file.v" | grep -E '^ *(Theorem|Lemma|Example|Definition) ' |
                    tail -1 | sed -E 's/^ *[A-Z][a-z]* ([a-z_A-Z0-9]*).*/\1/')
                proof="breaks $broken in $file.v"
                break
            fi
        done
        coqc -q -Q . Retention Extract.v
        ocamlfind ocamlopt -package zarith,yojson -linkpkg model.mli model.ml oracle.ml -o oracle
        caught="the kit does not see it"
        if ! "$kit" conformance run --cases 10000 -- ./oracle >kit.log 2>&1; then
            caught="the kit: $(grep -o '^Mismatch: [^,]*' kit.log | head -1)"
            [[ $caught == *Mismatch* ]]
        fi
        printf '%-46s %-48s %s\n' "$1" "$proof" "$caught"
        [[ $proof == breaks* || $caught == *Mismatch* ]]
    ) || { echo "MISSED: $1" >&2 && missed=$((missed + 1)); }
}

mutant "a frame's bound is outside" 's/now - span <=\? local b/now - span <? local b/'
mutant "the interval itself is too near" 's/interval <=\? local b - last/interval <? local b - last/'
mutant "partial backups are thinned" 's/if partial b then thin interval last newer/if false then thin interval last newer/'
mutant "the walk is from the newest" 's/\(rev (\(take_while \(reaches now p\) newest_first\))\)/\1/'
mutant "a longer frame sees all again" 's/loop now longer \(drop_while .*\)$/loop now longer newest_first/'
mutant "the longest frame is first" 's/not_longer \(frame p\) \(frame q\)\)\./not_longer (frame q) (frame p))./'
mutant "equal elements change places" 's/if not_after x y then x :: l/if negb (not_after y x) then x :: l/'
mutant "a kept one is not measured from" 's/thin interval \(Some \(local b\)\) newer/thin interval last newer/'
mutant "the newest goes without permission" 's/if allow_full_removal \&\& forallb/if forallb/'
mutant "one frame is enough for the newest to go" 's/forallb \(fun p/existsb (fun p/'
mutant "version 0 is not retained" 's/then tl deleted else deleted/then deleted else deleted/'
mutant "version 0 is retained with permission, too" 's/ \&\& negb allow_full_removal then tl/ then tl/'
mutant "each version has its own lock" 's/match lock versions b with/match locked_until b with/'
mutant "a lock that ends now holds" 's/utc_now now <\? until/utc_now now <=? until/'
mutant "keep-time keeps no full backup for itself" 's/ \|\| negb seen_full$//'
mutant "keep-time takes a partial one for full" 's/\(seen_full \|\| full b\)/true/'
mutant "keep-versions with as many as there are" 's/number <\? count newest_first/number <=? count newest_first/'
mutant "partial ones between full ones stay" 's/else between \+\+ count_down/else count_down/'
mutant "partial ones at the new end count" 's/\(drop_while partial newest_first\)/newest_first/'
mutant "keep-versions counts what others delete" 's/\(without sorted others\)/sorted/'
mutant "versions are counted from one" 's/named_versions \(named o\) 0/named_versions (named o) 1/'
mutant "a frame from the year 1 fails" 's/local_now now <\? span/local_now now <=? span/'
mutant "the bound is a second less" 's/\(interval - 1\) \/ second \* second/(interval - 1) \/ second * second - second/'
mutant "the bound is a second more" 's/\(interval - 1\) \/ second \* second/interval \/ second * second/'
mutant "the bound leaves the frame itself out" 's/let counts q := not_longer/let counts q := negb (not_longer (frame p) (frame q)) \&\& not_longer/'
mutant "the bound counts equal frames twice" 's/\(filter counts \(firsts pairs\)\)/(filter counts pairs)/'

if [ "$missed" != 0 ]; then
    echo "$missed mutations were not noticed" >&2
    exit 1
fi
