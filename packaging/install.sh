#!/bin/sh
# Installs the command on Linux or macOS, for this user:
#   curl -fsSL @REPOSITORY@/releases/latest/download/install.sh | sh
#
# INSTALL_DIR names another folder than ~/.local/bin, VERSION another version than the latest.
set -eu

main() {
    repository=@REPOSITORY@
    folder=${INSTALL_DIR:-$HOME/.local/bin}
    if [ -n "${VERSION:-}" ]; then
        from=$repository/releases/download/v$VERSION
    else
        from=$repository/releases/latest/download
    fi
    # For a mirror, and for a try before a release is public.
    from=${DOWNLOAD_FROM:-$from}

    case $(uname -m) in
    x86_64 | amd64) processor=x86_64 ;;
    aarch64 | arm64) processor=aarch64 ;;
    *) fail "there is no build for the processor $(uname -m); with Rust, run: cargo install duplicati-retention" ;;
    esac
    case $(uname -s) in
    Linux) target=$processor-unknown-linux-musl ;;
    Darwin) target=$processor-apple-darwin ;;
    *) fail "there is no build for $(uname -s); with Rust, run: cargo install duplicati-retention" ;;
    esac
    archive=duplicati-retention-$target.tar.gz

    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    download "$from/$archive" "$scratch/$archive"
    download "$from/SHA256SUMS" "$scratch/SHA256SUMS"
    # Some names of files are not here, and an empty list would be right.
    grep " [ *]$archive\$" "$scratch/SHA256SUMS" >"$scratch/sum" || fail "SHA256SUMS does not name $archive"
    if command -v sha256sum >/dev/null; then
        check=sha256sum
    else
        check='shasum -a 256'
    fi
    (cd "$scratch" && $check -c sum >/dev/null 2>&1) ||
        fail "$archive is not the file that was published: its SHA-256 differs; nothing was installed"

    tar -xzf "$scratch/$archive" -C "$scratch" duplicati-retention
    mkdir -p "$folder"
    # First beside the old one and then over it, so that a running one is not disturbed.
    cp "$scratch/duplicati-retention" "$folder/.duplicati-retention.new"
    mv "$folder/.duplicati-retention.new" "$folder/duplicati-retention"
    "$folder/duplicati-retention" --version
    echo "installed as $folder/duplicati-retention"
    case :$PATH: in
    *:"$folder":*) ;;
    *) echo "$folder is not in PATH: start the command by its whole name, or add the folder to PATH" ;;
    esac
}

download() {
    if command -v curl >/dev/null; then
        curl -fsSL -o "$2" "$1" || fail "cannot download $1"
    elif command -v wget >/dev/null; then
        wget -q -O "$2" "$1" || fail "cannot download $1"
    else
        fail "neither curl nor wget is installed"
    fi
}

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

# A function, so that a script that was cut off on its way does nothing.
main
