class DuplicatiRetention < Formula
  desc "See what a Duplicati retention policy will delete, and why"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@DOWNLOAD@/duplicati-retention-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256 aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "@DOWNLOAD@/duplicati-retention-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256 x86_64-apple-darwin.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@DOWNLOAD@/duplicati-retention-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 aarch64-unknown-linux-musl.tar.gz@"
    end
    on_intel do
      url "@DOWNLOAD@/duplicati-retention-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 x86_64-unknown-linux-musl.tar.gz@"
    end
  end

  def install
    bin.install "duplicati-retention"
    man1.install "duplicati-retention.1"
    generate_completions_from_executable(bin/"duplicati-retention", "completions")
  end

  test do
    assert_match "7D:1D", shell_output("#{bin}/duplicati-retention check 7D:1D")
  end
end
