import Basics
import Peer

/// Runs a long operation at the peer with its progress shown and with Ctrl-C cancelling it.
struct OperationRunner {
    let client: ControlClient
    let json: Bool

    /// How long after a Ctrl-C the peer may take to undo a cluster before we report what is left.
    private static let undoSeconds = 30

    init(_ options: ControlOptions) {
        client = options.client
        json = options.json
    }

    /// The result's event. A failure is thrown with its exit code; `onFailure` sees the failed event before.
    func run(
        _ operation: ControlOperation, onFailure: @escaping @Sendable (ControlEvent) -> Void = { _ in }
    ) async throws -> ControlEvent {
        let renderer = ProgressRenderer(json: json)
        let signals = SignalCount()
        let client = client
        do {
            let failure = FailedEvent()
            let result: Result<ControlEvent, SkeinError> = try await Interrupt.guarding(
                onFirst: {
                    _ = signals.next()
                    renderer.say("cancelling (once more Ctrl-C: leave at once, the peer cleans up by itself)")
                },
                {
                    do {
                        return .success(
                            try await renderer.during {
                                try await client.run(operation) { event in
                                    if event.kind == .failed { failure.set(event) }
                                    renderer.show(event)
                                }
                            })
                    } catch let error as SkeinError {
                        return .failure(error)
                    }
                })
            switch result {
            case .success(let event):
                if json { Output.json(event) }
                return event
            case .failure(let error):
                if let event = failure.event { onFailure(event) }
                throw error
            }
        } catch let error as SkeinError {
            guard signals.value > 0 else { throw error }
            await tellWhatIsLeft(of: operation)
            throw ReportedError(error, exitCode: Interrupt.exitCode, isPrinted: true)
        }
    }

    /// After a Ctrl-C: what was undone, and what stays.
    private func tellWhatIsLeft(of operation: ControlOperation) async {
        switch operation {
        case .up(let request):
            let name = (try? ClusterSpec.parse(request.file, file: request.fileName, sources: request.sources))?.name
            guard let name else { return }
            await tellNodes(of: name)
        case .down(let cluster):
            Output.error("cancelled: nodes of \(cluster) may be left; skein ps \(cluster) shows them")
        case .buildImage:
            Output.error("cancelled: the build is stopped and cleaned up; finished images stay in the cache")
        case .importImage, .exportImage:
            Output.error("cancelled: no image and no file was left half-made")
        case .pushImage:
            Output.error("cancelled: chunks that arrived stay, and the next push goes on from there")
        case .verify:
            Output.error("cancelled: bad chunks that were found stay quarantined")
        case .removeImage(let image):
            Output.error("cancelled: skein image ls shows whether \(image) is gone")
        }
    }

    private func tellNodes(of cluster: String) async {
        let path = "/nodes?cluster=\(ControlClient.escape(cluster))"
        var left: NodeList?
        for _ in 0..<OperationRunner.undoSeconds * 2 {
            left = try? await client.get(path, as: NodeList.self)
            guard let left, !left.nodes.isEmpty else { break }
            try? await Task.sleep(for: .milliseconds(500))
        }
        guard let left else {
            Output.error("cancelled: the peer does not answer; skein ps \(cluster) shows later what is left")
            return
        }
        if left.nodes.isEmpty {
            Output.error("cancelled and undone: no node of \(cluster) is left; images and chunks stay in the cache")
        } else {
            let names = left.nodes.prefix(8).map { Printable.text($0.node) }.joined(separator: ", ")
            Output.error("cancelled: \(left.nodes.count) nodes of \(cluster) are left (\(names))")
            Output.error("next: skein down \(cluster)")
        }
    }
}
