import Basics

/// Reads the lines that a build sends and knows from them which phase it is in, since when and with what.
package struct BuildRecorder {
    package private(set) var progress = BuildProgress(phase: .prepare)
    private(set) var finished: [BuildPhase: Duration] = [:]
    private var since: ContinuousClock.Instant
    /// Packages that apt said it would install.
    private var planned = 0
    private var configured = 0
    private let counts: [BuildPhase: Int]

    /// `counts`: how many users, files and run steps there will be.
    package init(counts: [BuildPhase: Int], now: ContinuousClock.Instant = .now) {
        self.counts = counts
        since = now
    }

    /// Takes a line in; true when the progress that people see has changed. Lines that say nothing are ignored.
    package mutating func read(_ line: some StringProtocol, now: ContinuousClock.Instant = .now) -> Bool {
        let (word, rest) = Self.split(line, at: " ")
        switch word {
        case "phase":
            let (name, step) = Self.split(rest, at: " ")
            guard let phase = BuildPhase(rawValue: String(name)) else { return false }
            enter(phase, now: now)
            // What a package's script prints looks the same, here and below: numbers may be of any size.
            progress.done = Int(max(1, UInt32(step) ?? 1)) - 1
            return true
        case "item":
            progress.detail = String(rest)
            if progress.phase == .users || progress.phase == .files { progress.done += 1 }
            return true
        case "plan":
            // `2 upgraded, 14 newly installed, 0 to remove and 0 not upgraded.`
            planned = rest.split(separator: ",").prefix(2).reduce(0) { sum, part in
                sum + Int(part.split(separator: " ").first.flatMap { UInt32($0) } ?? 0)
            }
            progress.total = planned
            return true
        default:
            return readApt(line, now: now)
        }
    }

    /// `dlstatus:3:42.0:Retrieving file 3 of 14 …` and `pmstatus:PACKAGE:42.0:Installed PACKAGE …`.
    private mutating func readApt(_ line: some StringProtocol, now: ContinuousClock.Instant) -> Bool {
        let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4 else { return false }
        switch fields[0] {
        case "dlstatus":
            let words = fields[3].split(separator: " ")
            guard progress.phase == .download, words.count >= 5, let done = Int(words[2]), let total = Int(words[4])
            else { return false }
            progress.done = done
            progress.total = total
            return true
        case "pmstatus":
            if progress.phase == .download {
                enter(.install, now: now)
                progress.total = planned
            }
            if line.contains(":Installed "), configured < planned { configured += 1 }
            progress.done = configured
            progress.detail = String(fields[1])
            return true
        default:
            return false
        }
    }

    /// Ends the last phase.
    mutating func finish(now: ContinuousClock.Instant = .now) { enter(progress.phase, now: now) }

    private mutating func enter(_ phase: BuildPhase, now: ContinuousClock.Instant) {
        finished[progress.phase, default: .zero] += now - since
        since = now
        progress = BuildProgress(phase: phase, total: counts[phase] ?? 0)
    }

    private static func split<S: StringProtocol>(_ text: S, at separator: Character) -> (S.SubSequence, S.SubSequence) {
        guard let at = text.firstIndex(of: separator) else { return (text[...], text[text.endIndex...]) }
        return (text[..<at], text[text.index(after: at)...])
    }
}
