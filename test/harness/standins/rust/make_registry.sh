#!/bin/sh
# Writes the folder that stands in for the crates index: one tiny program in two versions, and cargo's setting to use it.
set -e
registry=$1
index=$registry/index/be/rt
mkdir -p "$index"
for version in 1.0.0 1.1.0; do
  crate=$(mktemp -d)/berth-demo-crate
  mkdir -p "$crate/src"
  printf '[package]\nname = "berth-demo-crate"\nversion = "%s"\nedition = "2021"\nlicense = "MIT"\n' "$version" >"$crate/Cargo.toml"
  printf 'fn main() {\n    println!("berth-demo-crate {}", env!("CARGO_PKG_VERSION"));\n}\n' >"$crate/src/main.rs"
  (cd "$crate" && cargo package --quiet --offline --no-verify --allow-dirty)
  made=berth-demo-crate-$version.crate
  cp "$crate/target/package/$made" "$registry/$made"
  sum=$(sha256sum "$registry/$made" | cut -d' ' -f1)
  printf '{"name":"berth-demo-crate","vers":"%s","deps":[],"cksum":"%s","features":{},"yanked":false}\n' "$version" "$sum" \
    >>"$index/berth-demo-crate"
done
cat >"$CARGO_HOME/config.toml" <<CONFIG
[source.crates-io]
replace-with = "testbed"
[source.testbed]
local-registry = "$registry"
CONFIG
