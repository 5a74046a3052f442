// The formula for Homebrew, on macOS and Linux: it unpacks the archive of the platform.
import { boxVersion } from '../image/facts.ts';
import type { Target } from '../scripts/targets.ts';

/** An archive that was made: for which target, under which name, with which digest. */
export interface Packed {
  readonly target: Target;
  readonly file: string;
  readonly sha256: string;
}

const OS: Readonly<Record<string, string>> = { darwin: 'on_macos', linux: 'on_linux' };
const CPU: Readonly<Record<string, string>> = { arm64: 'on_arm', x64: 'on_intel' };

/** Ruby text of the formula. `base` is the address of the folder the archives are in, without a slash at its end. */
export function formula(archives: readonly Packed[], base: string, description: string): string {
  const blocks: string[] = [];
  for (const [os, onOs] of Object.entries(OS)) {
    const fitting = archives.filter((a) => a.target.os === os && a.target.libc !== 'musl');
    if (fitting.length === 0) continue;
    const inner = fitting.map(
      ({ target, file, sha256 }) =>
        `    ${CPU[target.cpu]} do\n      url "${base}/${file}"\n      sha256 "${sha256}"\n    end\n`,
    );
    blocks.push(`  ${onOs} do\n${inner.join('')}  end\n`);
  }
  return `class Natsbox < Formula
  desc "${description}"
  version "${boxVersion()}"
  license "Apache-2.0"

${blocks.join('\n')}
  def install
    prefix.install Dir["*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/natsbox --version")
    assert_match(/^SU/, shell_output("#{bin}/nk -gen user"))
  end
end
`;
}
