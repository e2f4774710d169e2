#!/bin/bash -eu
# Builds every fuzz target into $OUT, each with its seeds and its dictionary beside it. ClusterFuzzLite
# and OSS-Fuzz start this in an image that has a nightly Rust, cargo-fuzz and zip.
cd "$SRC/duplicati-retention"
cargo fuzz build
host=$(rustc --version --verbose | sed -n 's/^host: //p')
for target in $(cargo fuzz list); do
    cp "fuzz/target/$host/release/$target" "$OUT/"
    zip --quiet --junk-paths "$OUT/${target}_seed_corpus.zip" "fuzz/corpus/$target"/*
    cp fuzz/policy.dict "$OUT/$target.dict"
done
